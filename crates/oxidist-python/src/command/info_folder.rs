//! What is in `.dist-info` and `.egg-info` folders: files that say what a distribution is.

use std::path::Path;

use oxidist_engine::effects::Effects;
use oxidist_engine::wheel::{Member, Source};
use oxidist_engine::{Error, tree};
use pyo3::prelude::*;

use crate::dist::{core_metadata, keywords, metadata};
use crate::errors::OrRaise;

/// The files of a `.dist-info` folder, but for WHEEL and RECORD; their names are relative to it. The licence files
/// are where the project has them.
pub fn dist_info(distribution: &Bound<'_, PyAny>, licenses: &[String]) -> PyResult<Vec<Member>> {
    let mut files = vec![text("METADATA", core_metadata::text(distribution)?)];
    files.extend(entry_points(distribution)?);
    files.extend(top_level(distribution)?);
    files.extend(licenses.iter().map(|file| Member::file(format!("licenses/{file}"), file)));
    Ok(files)
}

/// The files of an `.egg-info` folder.
pub fn egg_info(distribution: &Bound<'_, PyAny>) -> PyResult<Vec<Member>> {
    let pkg_info = metadata::pkg_info(&distribution.getattr("metadata")?)?;
    let mut files = vec![Member::bytes("PKG-INFO", pkg_info)];
    files.extend(entry_points(distribution)?);
    let requires = requires(distribution)?;
    files.extend((!requires.is_empty()).then(|| text("requires.txt", requires)));
    files.extend(top_level(distribution)?);
    Ok(files)
}

/// Write files below `folder`, which is made. Those on the disk are read and written.
pub fn write(door: &dyn Effects, folder: &Path, files: &[Member]) -> PyResult<()> {
    for file in files {
        let path = folder.join(&file.name);
        for missing in tree::missing_folders(door, path.parent().unwrap_or(folder)) {
            door.make_folder(&missing, 0o777).or_raise()?;
        }
        let contents = match &file.source {
            Source::Memory(bytes) => bytes.to_vec(),
            Source::File(source) => oxidist_engine::effects::reading::whole(source)
                .map_err(Error::file("read", source))
                .or_raise()?,
        };
        let fill =
            &mut |out: &mut dyn std::io::Write| out.write_all(&contents).map_err(Error::file("write", &path));
        door.write_file(&path, 0o666, fill).or_raise()?;
    }
    Ok(())
}

fn text(name: &str, text: String) -> Member {
    Member::bytes(name, text.into_bytes())
}

fn entry_points(distribution: &Bound<'_, PyAny>) -> PyResult<Option<Member>> {
    let points = keywords::entry_points(distribution)?;
    Ok((!points.is_empty()).then(|| text("entry_points.txt", points.to_text())))
}

fn top_level(distribution: &Bound<'_, PyAny>) -> PyResult<Option<Member>> {
    let names = keywords::top_level(distribution)?;
    Ok((!names.is_empty()).then(|| text("top_level.txt", names.join("\n") + "\n")))
}

/// What is required, in sections of extras: the form that came before core metadata had a field for it.
fn requires(distribution: &Bound<'_, PyAny>) -> PyResult<String> {
    let (dependencies, extras) = keywords::dependencies(distribution)?;
    let mut text = String::new();
    let mut section = |title: Option<String>, requirements: Vec<&str>| {
        if let Some(title) = title {
            text.push_str(&format!("\n[{title}]\n"));
        }
        requirements.iter().for_each(|requirement| text.extend([requirement, "\n"]));
    };
    let of = |extra: Option<&str>, marker: Option<&str>| -> Vec<&str> {
        let those = dependencies
            .iter()
            .filter(|one| one.extra.as_deref() == extra && one.marker.as_deref() == marker);
        those.map(|one| one.requirement.as_str()).collect()
    };
    section(None, of(None, None));
    let mut titles: Vec<(Option<&str>, Option<&str>)> =
        extras.iter().map(|(extra, _)| (Some(extra.as_str()), None)).collect();
    titles.extend(dependencies.iter().map(|one| (one.extra.as_deref(), one.marker.as_deref())));
    let mut seen = vec![(None, None)];
    for (extra, marker) in titles {
        if seen.contains(&(extra, marker)) {
            continue;
        }
        seen.push((extra, marker));
        let requirements = of(extra, marker);
        let marker = marker.map(|marker| format!(":{marker}")).unwrap_or_default();
        if !requirements.is_empty() || marker.is_empty() {
            section(Some(format!("{}{marker}", extra.unwrap_or_default())), requirements);
        }
    }
    Ok(text)
}
