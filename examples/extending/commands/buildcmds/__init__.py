"""Commands that a build server adds to every project it builds."""
