//! RPM's spec files: their text, their changelogs, and what `rpm` answers when it is asked about them.

/// What a spec file says. The texts are put in as they are.
#[derive(Debug, Clone, Default)]
pub struct Spec {
    pub name: String,
    /// As the distribution has it: RPM's own must have no `-` in it, but the source archive is named by this one.
    pub version: String,
    pub release: String,
    pub summary: String,
    /// Another value for `__os_install_post`: see [`passes_python`].
    pub after_install: Option<String>,
    /// The ending of the source archive, with its dot.
    pub archive_ending: String,
    /// The lines between the source archive and the description: `Vendor`, ... with their values.
    pub tags: Vec<(String, String)>,
    pub description: String,
    /// The sections that RPM runs: their names without `%`, and their lines.
    pub scripts: Vec<(String, Vec<String>)>,
    /// Files of the project that are installed as documentation.
    pub doc_files: Vec<String>,
    /// Lines.
    pub changelog: Vec<String>,
}

impl Spec {
    /// The lines of the file, without line ends. (A text may have more than one line in it.)
    pub fn lines(&self) -> Vec<String> {
        let mut lines = vec![
            format!("%define name {}", self.name),
            format!("%define version {}", self.version.replace('-', "_")),
            format!("%define unmangled_version {}", self.version),
            format!("%define release {}", self.release.replace('-', "_")),
            String::new(),
            format!("Summary: {}", self.summary),
        ];
        if let Some(hook) = &self.after_install {
            lines.push("# Workaround for http://bugs.python.org/issue14443".into());
            lines.push(format!("%define __os_install_post {hook}\n"));
        }
        lines.extend(["Name: %{name}", "Version: %{version}", "Release: %{release}"].map(String::from));
        lines.push(format!("Source0: %{{name}}-%{{unmangled_version}}{}", self.archive_ending));
        lines.extend(self.tags.iter().map(|(tag, value)| format!("{tag}: {value}")));
        lines.extend([String::new(), "%description".into(), self.description.clone()]);
        for (section, script) in &self.scripts {
            lines.extend([String::new(), format!("%{section}")]);
            lines.extend(script.iter().cloned());
        }
        // What `install --record` lists is what the package has in it.
        lines.extend(["", "%files -f INSTALLED_FILES", "%defattr(-,root,root)"].map(String::from));
        if !self.doc_files.is_empty() {
            lines.push(format!("%doc {}", self.doc_files.join(" ")));
        }
        if !self.changelog.is_empty() {
            lines.extend([String::new(), "%changelog".into()]);
            lines.extend(self.changelog.iter().cloned());
        }
        lines
    }
}

/// The step after `%install`, where it byte-compiles with whatever `python` there is: one that does so with the
/// package's own. `None` where it is right already. `macros` is what RPM has for `%{__os_install_post}`.
pub fn passes_python(macros: &str) -> Option<String> {
    const FORGETS: &str = "brp-python-bytecompile \\\n";
    const PASSES: &str = "brp-python-bytecompile %{__python} \\\n";
    let lines: Vec<String> = macros.lines().map(|line| format!("  {} \\", line.trim())).collect();
    let hook = lines.join("\n");
    hook.contains(FORGETS).then(|| hook.replace(FORGETS, PASSES))
}

/// A changelog as RPM wants it: an empty line before each entry (`* date name version`) but the first, items
/// (`- what`) as they are, and all other lines indented. Empty lines are left out.
pub fn changelog(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match line.chars().next() {
            Some('*') if lines.is_empty() => lines.push(line.to_string()),
            Some('*') => lines.extend([String::new(), line.to_string()]),
            Some('-') => lines.push(line.to_string()),
            _ => lines.push(format!("  {line}")),
        }
    }
    lines
}

/// What each line of an answer begins with, whatever else RPM says.
const ANSWER: &str = "package: ";

/// The command line that asks RPM which packages a spec file makes. `definitions` are those that `rpmbuild` gets:
/// RPM looks for the icon, too.
pub fn question(spec: &str, definitions: &[String]) -> Vec<String> {
    const NAME: &str = "%{name}-%{version}-%{release}";
    let format = format!("{ANSWER}{NAME}.src.rpm %{{arch}}/{NAME}.%{{arch}}.rpm\\n");
    let mut words = ["rpm", "-q", "--qf", &format].map(String::from).to_vec();
    words.extend_from_slice(definitions);
    words.extend(["--specfile", spec].map(String::from));
    words
}

/// What RPM answered to [`question`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Packages {
    /// The file of the source package, in `SRPMS`. It is named after the first package of the spec file.
    pub source: Option<String>,
    /// The files of the packages, relative to `RPMS`. Those with no files in them are not made.
    pub binary: Vec<String>,
    /// What else it had to say: warnings, or what is wrong.
    pub remarks: Vec<String>,
}

impl Packages {
    pub fn read(answer: &str) -> Packages {
        let mut packages = Packages::default();
        for line in answer.lines().map(str::trim).filter(|line| !line.is_empty()) {
            match line.strip_prefix(ANSWER).and_then(|line| line.split_once(' ')) {
                Some((source, binary)) => {
                    packages.source.get_or_insert_with(|| source.to_string());
                    packages.binary.push(binary.to_string());
                }
                None => packages.remarks.push(line.to_string()),
            }
        }
        packages
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_step_that_does_not_say_which_python_gets_another_one() {
        let right = " /usr/lib/rpm/brp-strip\n brp-python-bytecompile /usr/bin/python 1\n end\n";
        assert_eq!(passes_python(right), None);
        let wrong = passes_python("\n brp-python-bytecompile \n end\n").unwrap();
        assert_eq!(wrong, "   \\\n  brp-python-bytecompile %{__python} \\\n  end \\");
    }

    #[test]
    fn a_changelog_has_an_empty_line_between_its_entries() {
        let lines = changelog("* Mon one\n- first\nmore\n\n* Tue two\n  - second\n");
        assert_eq!(lines, ["* Mon one", "- first", "  more", "", "* Tue two", "- second"]);
        assert!(changelog(" \n").is_empty());
    }

    #[test]
    fn an_answer_is_told_from_what_else_rpm_says() {
        let answer = "warning: line 3: bogus\npackage: p-1-1.src.rpm noarch/p-1-1.noarch.rpm\n\
                      package: p-doc-1-1.src.rpm noarch/p-doc-1-1.noarch.rpm\n";
        let packages = Packages::read(answer);
        assert_eq!(packages.source.as_deref(), Some("p-1-1.src.rpm"));
        assert_eq!(packages.binary, ["noarch/p-1-1.noarch.rpm", "noarch/p-doc-1-1.noarch.rpm"]);
        assert_eq!(packages.remarks, ["warning: line 3: bogus"]);
        let words = question("a b.spec", &["--define".into(), "_topdir x".into()]);
        assert_eq!(words[4..], ["--define", "_topdir x", "--specfile", "a b.spec"]);
    }
}
