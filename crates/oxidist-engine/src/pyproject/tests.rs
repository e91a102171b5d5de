//! What files say, and what is wrong with them.
