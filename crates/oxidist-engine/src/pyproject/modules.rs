//! Which packages and modules a project has: those that `[tool.oxidist]` lists, those found by its rules, or those
//! looked for where it says nothing.

use std::path::{Path, PathBuf};

use super::tool::{Discovery, Packages, Tool};
use super::{Given, Setting};
use crate::effects::Cancel;
use crate::find_packages::{self, Rules};
use crate::{Error, Result};

/// Packages, and the folder that all of them are in where it is not the project's.
pub type Located = (Vec<String>, Option<String>);

impl Tool {
    /// The packages: listed, or found. `None`: nothing is said of them.
    ///
    /// # Errors
    /// [`Error::Syntax`] for a folder to search that is not there, for a listed package without a folder, and for a
    /// search that finds nothing.
    pub fn packages(&self, root: &Path) -> Result<Option<Located>> {
        let Some((packages, line)) = &self.packages else { return Ok(None) };
        let wrong = |message: String| Error::Syntax { file: super::FILE.into(), line: *line, message };
        match packages {
            Packages::Listed(names) => {
                for (index, name) in names.iter().enumerate() {
                    let folder = self.folder_of(name);
                    if !root.join(&folder).is_dir() {
                        return Err(wrong(format!(
                            "'tool.oxidist.packages[{index}]' is '{name}', but there is no folder '{}'",
                            folder.display()
                        )));
                    }
                }
                Ok(Some((names.clone(), None)))
            }
            Packages::Found(Discovery { folder, rules }) => {
                if !root.join(folder).is_dir() {
                    return Err(wrong(format!(
                        "'tool.oxidist.packages.where': there is no folder '{folder}'"
                    )));
                }
                let found = find_packages::find(&root.join(folder), rules, &Cancel::default())?;
                if found.is_empty() {
                    return Err(wrong(format!("'tool.oxidist.packages' finds no package in '{folder}'")));
                }
                Ok(Some((found, Some(folder.clone()).filter(|folder| folder != "."))))
            }
        }
    }

    /// The folder of a package, by `package-dir`.
    fn folder_of(&self, package: &str) -> PathBuf {
        let folders = self.settings.iter().find_map(|setting| match &setting.value {
            Given::Pairs(pairs) if setting.argument == "package_dir" => Some(pairs.as_slice()),
            _ => None,
        });
        let folders = folders.unwrap_or_default();
        let folder =
            |name: &str| folders.iter().find(|pair| pair.0 == name).map(|pair| PathBuf::from(&pair.1));
        let parts: Vec<&str> = package.split('.').collect();
        for end in (0..=parts.len()).rev() {
            if let Some(base) = folder(&parts[..end].join(".")) {
                return parts[end..].iter().fold(base, |path, part| path.join(part));
            }
        }
        parts.iter().collect()
    }

    /// A module that `py-modules` lists, and that is not there, is an [`Error::Syntax`].
    ///
    /// A `build_py` of the project's own may be about to make it.
    pub fn check_modules(&self, root: &Path) -> Result<()> {
        let listed = self.settings.iter().find(|setting| setting.argument == "py_modules");
        let Some(Setting { value: Given::Strings(names), key, line, .. }) = listed else { return Ok(()) };
        if self.cmdclass.iter().any(|reference| reference.command == "build_py") {
            return Ok(());
        }
        for (index, name) in names.iter().enumerate() {
            let file = |stem: PathBuf| PathBuf::from(format!("{}.py", stem.display()));
            let by_folders = file(self.folder_of(name));
            let beside_packages = match &self.packages {
                Some((Packages::Found(Discovery { folder, .. }), _)) if folder != "." => {
                    file(Path::new(folder).join(name.replace('.', "/")))
                }
                _ => by_folders.clone(),
            };
            if !root.join(&by_folders).is_file() && !root.join(&beside_packages).is_file() {
                let shown = beside_packages.display();
                let message = format!("'{key}[{index}]' is '{name}', but there is no file '{shown}'");
                return Err(Error::Syntax { file: super::FILE.into(), line: *line, message });
            }
        }
        Ok(())
    }

    /// Whether the table says which modules there are.
    pub fn has_modules(&self) -> bool {
        self.packages.is_some()
            || self.extensions.is_some()
            || self.settings.iter().any(|setting| setting.argument == "py_modules")
    }
}

/// The modules of a project that says nothing of them: all packages in `src`, or the package or module of the
/// project's name.
///
/// Packages with their folder, then modules. Both empty: there are none.
pub fn discover(root: &Path, project: &str) -> Result<(Located, Vec<String>)> {
    let rules = Rules { include: vec!["*".into()], exclude: Vec::new(), namespaces: false };
    let src = root.join("src");
    if src.is_dir() {
        let found = find_packages::find(&src, &rules, &Cancel::default())?;
        if !found.is_empty() {
            return Ok(((found, Some("src".into())), Vec::new()));
        }
    }
    let own = crate::metadata::normalized_name(project).replace('-', "_");
    let entries = std::fs::read_dir(root).map_err(Error::file("read", root))?;
    let mut names: Vec<String> =
        entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    for name in names {
        let stem = name.strip_suffix(".py").unwrap_or(&name);
        if stem.to_lowercase() != own {
            continue;
        }
        if name != stem && root.join(&name).is_file() {
            return Ok(((Vec::new(), None), vec![stem.to_string()]));
        }
        if root.join(&name).join("__init__.py").is_file() {
            let include = vec![name.clone(), format!("{name}.*")];
            let found = find_packages::find(root, &Rules { include, ..rules }, &Cancel::default())?;
            return Ok(((found, None), Vec::new()));
        }
    }
    Ok(((Vec::new(), None), Vec::new()))
}
