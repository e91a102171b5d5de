//! The arguments of `setup()`, where a script and `pyproject.toml` both give some.
//!
//! What `[project]` gives is static: a script that says otherwise is wrong. What it does not give must be in `dynamic`
//! for a script to give it. Of everything else the script has the last word.

use std::path::Path;

use oxidist_engine::pyproject::{FIELDS, FILE, Given, Origin, Project, Pyproject, Setting, discover};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

use super::{attribute, error, raised, unresolved, values};
use crate::value::Elements;

/// The fields that are one argument together.
const ENTRY_POINTS: [&str; 3] = ["scripts", "gui-scripts", "entry-points"];

/// The script, which need not be there.
const SCRIPT: &str = "setup.py";

/// The file, and what of it became an argument.
pub struct Merged<'py> {
    pub file: Pyproject,
    /// Arguments that are from the file, with their lines.
    pub given: Vec<(&'static str, usize)>,
    /// Keys of `[project]` whose values a module of the project has computed.
    pub computed: Vec<String>,
    attrs: Bound<'py, PyDict>,
    /// More files that a source archive needs.
    more_files: Vec<String>,
}

impl<'py> Merged<'py> {
    pub fn of(py: Python<'py>, attrs: &Bound<'py, PyDict>, file: Pyproject, root: &Path) -> PyResult<Self> {
        let mut merged = Merged {
            file,
            given: Vec::new(),
            computed: Vec::new(),
            attrs: attrs.clone(),
            more_files: Vec::new(),
        };
        if let Some(project) = merged.file.project.clone() {
            merged.check_static(&project)?;
            for setting in &project.settings {
                let value = values::python(py, &setting.value)?;
                merged.give(setting.argument, setting.line, value)?;
            }
        }
        merged.take_modules(py, root)?;
        merged.take_tool(py)?;
        merged.resolve(py, root)?;
        Ok(merged)
    }

    /// The script's value of an argument; None of Python counts as none.
    fn script(&self, argument: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
        Ok(self.attrs.get_item(argument)?.filter(|value| !value.is_none()))
    }

    /// Give an argument, unless the script has.
    fn give(&mut self, argument: &'static str, line: usize, value: Bound<'py, PyAny>) -> PyResult<()> {
        if self.script(argument)?.is_none() {
            self.attrs.set_item(argument, value)?;
            self.given.push((argument, line));
        }
        Ok(())
    }

    /// What the script says of fields that are the standard's.
    fn check_static(&mut self, project: &Project) -> PyResult<()> {
        for field in &FIELDS {
            let names: Vec<&str> =
                if field.arguments == ["entry_points"] { ENTRY_POINTS.to_vec() } else { vec![field.name] };
            let one_of = |list: &[(String, usize)]| {
                list.iter().find(|known| names.contains(&known.0.as_str())).map(|known| known.1)
            };
            let (given, dynamic) = (one_of(&project.given), one_of(&project.dynamic));
            for argument in field.arguments {
                let Some(value) = self.script(argument)? else { continue };
                let setting = project.settings.iter().find(|setting| setting.argument == *argument);
                match (setting, given) {
                    (Some(setting), _) if dynamic.is_some() => self.join(setting, &value)?,
                    (Some(setting), _) if same(&value, &setting.value)? => {}
                    (Some(setting), _) => {
                        return Err(contradiction(setting.line, &setting.key, argument, &value)?);
                    }
                    // The same licence, in the older argument.
                    (None, Some(_)) if *argument == "license" && self.is_license(project, &value)? => {
                        self.attrs.del_item(argument)?;
                    }
                    (None, Some(line)) => {
                        return Err(contradiction(
                            line,
                            &format!("project.{}", field.name),
                            argument,
                            &value,
                        )?);
                    }
                    (None, None) if dynamic.is_none() => {
                        let message = format!(
                            "setup.py gives '{argument}', but [project] neither has '{name}' nor lists it in \
                             'dynamic': add dynamic = [\"{name}\"]",
                            name = field.name
                        );
                        return Err(error(project.line, &message));
                    }
                    (None, None) => {}
                }
            }
        }
        Ok(())
    }

    fn is_license(&self, project: &Project, value: &Bound<'py, PyAny>) -> PyResult<bool> {
        let setting = project.settings.iter().find(|setting| setting.argument == "license_expression");
        setting.map_or(Ok(false), |setting| same(value, &setting.value))
    }

    /// Entry points of both: what the file gives is added to the groups of the script.
    fn join(&mut self, setting: &Setting, value: &Bound<'py, PyAny>) -> PyResult<()> {
        let Given::Groups(groups) = &setting.value else { return Ok(()) };
        let Ok(own) = value.cast::<PyDict>() else {
            let message = "'entry_points' of setup.py must be a dictionary beside those of [project]";
            return Err(error(setting.line, message));
        };
        let joined = own.copy()?;
        for (group, lines) in groups {
            match own.get_item(group)? {
                None => joined.set_item(group, lines)?,
                Some(value) if same(&value, &Given::Strings(lines.clone()))? => {}
                Some(value) => {
                    let key = format!("project.entry-points.{group}");
                    return Err(contradiction(setting.line, &key, "entry_points", &value)?);
                }
            }
        }
        self.attrs.set_item("entry_points", joined)
    }

    /// Packages and modules: listed, found, or looked for where there is no script to say.
    fn take_modules(&mut self, py: Python<'py>, root: &Path) -> PyResult<()> {
        let tool = self.file.tool.clone();
        let line = tool.packages.as_ref().map_or(1, |packages| packages.1);
        let mut located = tool.packages(root).map_err(raised)?;
        if self.script("py_modules")?.is_none() {
            tool.check_modules(root).map_err(raised)?;
        }
        let has_script = root.join(SCRIPT).is_file();
        if let Some(project) = self.file.project.clone()
            && !tool.has_modules()
            && !has_script
        {
            let (found, modules) = discover(root, &project.name).map_err(raised)?;
            let has_others = !tool.data_files.is_empty()
                || tool.libraries.is_some()
                || tool.settings.iter().any(|setting| ["scripts", "headers"].contains(&setting.argument));
            if found.0.is_empty() && modules.is_empty() && !has_others {
                let message = format!(
                    "there is no package or module named '{}' here or in 'src': say what there is with \
                     'tool.oxidist.packages' (an empty list for none)",
                    project.name
                );
                return Err(error(project.line, &message));
            }
            if !modules.is_empty() {
                self.give("py_modules", project.line, values::python(py, &Given::Strings(modules))?)?;
            }
            located = Some(found).filter(|found| !found.0.is_empty());
        }
        let Some((packages, folder)) = located else { return Ok(()) };
        if self.script("packages")?.is_some() {
            return Ok(());
        }
        self.give("packages", line, values::python(py, &Given::Strings(packages))?)?;
        if let Some(folder) = folder
            && self.script("package_dir")?.is_none()
        {
            let stated = tool.settings.iter().find(|setting| setting.argument == "package_dir");
            let mut pairs = match stated.map(|setting| &setting.value) {
                Some(Given::Pairs(pairs)) => pairs.clone(),
                _ => Vec::new(),
            };
            if !pairs.iter().any(|pair| pair.0.is_empty()) {
                pairs.push((String::new(), folder));
            }
            self.give("package_dir", line, values::python(py, &Given::Pairs(pairs))?)?;
        }
        Ok(())
    }

    fn take_tool(&mut self, py: Python<'py>) -> PyResult<()> {
        let tool = self.file.tool.clone();
        for setting in tool.settings.iter().filter(|setting| setting.argument != "command_packages") {
            self.give(setting.argument, setting.line, values::python(py, &setting.value)?)?;
        }
        if !tool.data_files.is_empty() && self.script("data_files")?.is_none() {
            let files = tool.data_files().map_err(raised)?;
            let line = tool.data_files[0].1.first().map_or(1, |pattern| pattern.line);
            self.give("data_files", line, values::data_files(py, &files)?)?;
        }
        if let Some(extensions) = &tool.extensions
            && self.script("ext_modules")?.is_none()
        {
            self.give("ext_modules", 1, values::extensions(py, extensions)?)?;
        }
        if let Some(libraries) = &tool.libraries
            && self.script("libraries")?.is_none()
        {
            self.give("libraries", 1, values::libraries(py, libraries)?)?;
        }
        if !tool.cmdclass.is_empty() {
            let classes = match self.script("cmdclass")? {
                Some(classes) => classes.cast_into::<PyDict>().map_err(PyErr::from)?.copy()?,
                None => PyDict::new(py),
            };
            let folders = self.folders()?;
            for reference in &tool.cmdclass {
                let file = format!("{}.py", reference.module.replace('.', "/"));
                if Path::new(&file).is_file() {
                    self.more_files.push(file);
                }
                if !classes.contains(&reference.command)? {
                    classes.set_item(&reference.command, values::class(py, reference, &folders)?)?;
                }
            }
            self.attrs.set_item("cmdclass", classes)?;
        }
        Ok(())
    }

    /// `package_dir` as it is by now.
    fn folders(&self) -> PyResult<Vec<(String, String)>> {
        match self.script("package_dir")?.map(|folders| folders.cast_into::<PyDict>()) {
            Some(Ok(folders)) => {
                folders.iter().map(|(name, folder)| Ok((name.extract()?, folder.extract()?))).collect()
            }
            _ => Ok(Vec::new()),
        }
    }

    /// Dynamic fields whose values are in files or modules.
    fn resolve(&mut self, py: Python<'py>, root: &Path) -> PyResult<()> {
        let (tool, folders) = (self.file.tool.clone(), self.folders()?);
        let extras = PyDict::new(py);
        for resolved in &tool.dynamic {
            let value = match &resolved.origin {
                Origin::Files(files) => values::python(py, &resolved.of_files(root, files).map_err(raised)?)?,
                Origin::Attribute(name) => {
                    let (value, is_computed) = attribute::value(py, resolved, name, &folders)?;
                    if is_computed {
                        self.computed.push(resolved.field.clone());
                    }
                    value
                }
            };
            if let Some(extra) = &resolved.extra {
                extras.set_item(extra, value)?;
                continue;
            }
            if ENTRY_POINTS[..2].contains(&&*resolved.field) {
                self.give_scripts(resolved, value)?;
                continue;
            }
            self.give(resolved.argument, resolved.line(), value)?;
            if resolved.field == "readme"
                && let Some(kind) = resolved.content_type()
            {
                let kind = PyString::new(py, &kind).into_any();
                self.give("long_description_content_type", resolved.line(), kind)?;
            }
        }
        if !extras.is_empty() {
            let line = tool.dynamic.iter().find(|one| one.extra.is_some()).map_or(1, |one| one.line());
            self.give("extras_require", line, extras.into_any())?;
        }
        self.check_resolved()
    }

    /// Scripts that a module names: a group of the entry points.
    fn give_scripts(
        &mut self,
        resolved: &oxidist_engine::pyproject::Resolved,
        value: Bound<'py, PyAny>,
    ) -> PyResult<()> {
        let group = if resolved.field == "scripts" { "console_scripts" } else { "gui_scripts" };
        let points = match self.script("entry_points")? {
            Some(points) => points.cast_into::<PyDict>().map_err(PyErr::from)?.copy()?,
            None => PyDict::new(value.py()),
        };
        let lines = match value.cast::<PyDict>() {
            Ok(pairs) => {
                let lines =
                    pairs.iter().map(|(name, value)| Ok(format!("{} = {}", name.str()?, value.str()?)));
                lines.collect::<PyResult<Vec<_>>>()?
            }
            Err(_) => value.elements()?.map(|item| item?.extract()).collect::<PyResult<_>>()?,
        };
        points.set_item(group, lines)?;
        self.attrs.set_item("entry_points", points)
    }

    /// Without a script nobody else will say what a dynamic field is.
    fn check_resolved(&self) -> PyResult<()> {
        let Some(project) = &self.file.project else { return Ok(()) };
        if Path::new(SCRIPT).is_file() {
            return Ok(());
        }
        for (name, line) in &project.dynamic {
            let field = FIELDS.iter().find(|field| field.name == name);
            let mut is_given = name == "license-files";
            for argument in field.map_or(&[][..], |field| field.arguments) {
                is_given |= self.script(argument)?.is_some();
            }
            if !is_given {
                return Err(unresolved(name, *line));
            }
        }
        Ok(())
    }

    /// What a source archive needs of the files that are named: the file itself first.
    pub fn files(&self) -> Vec<String> {
        let mut files = vec![FILE.to_string()];
        files.extend(self.file.project.iter().flat_map(|project| project.files.clone()));
        for resolved in &self.file.tool.dynamic {
            if let Origin::Files(names) = &resolved.origin {
                files.extend(names.clone());
            }
        }
        files.extend(self.more_files.clone());
        files
    }
}

fn contradiction(line: usize, key: &str, argument: &str, value: &Bound<'_, PyAny>) -> PyResult<PyErr> {
    let shown = value.repr()?.to_cow()?.chars().take(80).collect::<String>();
    let message = format!(
        "'{key}' is static, but setup.py gives {argument}={shown}: remove one of the two, or list the field in \
         'dynamic' instead"
    );
    Ok(error(line, &message))
}

/// Whether a script's value says what the file says.
fn same(value: &Bound<'_, PyAny>, given: &Given) -> PyResult<bool> {
    let py = value.py();
    if value.eq(values::python(py, given)?)? {
        return Ok(true);
    }
    let text = value.extract::<String>().ok();
    Ok(match (given, text) {
        (Given::Text(own), Some(text)) => own.trim() == text.trim(),
        (Given::Strings(own), Some(text)) => {
            let lines: Vec<&str> =
                text.split(['\n', ',']).map(str::trim).filter(|line| !line.is_empty()).collect();
            *own == lines
        }
        (Given::Strings(own), None) => {
            let items: PyResult<Vec<String>> =
                value.elements().and_then(|items| items.map(|item| item?.extract()).collect());
            items.is_ok_and(|items| items == *own)
        }
        (Given::Groups(own), None) => match value.cast::<PyDict>() {
            Ok(groups) if groups.len() == own.len() => {
                for (name, lines) in own {
                    match groups.get_item(name)? {
                        Some(value) if same(&value, &Given::Strings(lines.clone()))? => {}
                        _ => return Ok(false),
                    }
                }
                true
            }
            _ => false,
        },
        _ => false,
    })
}
