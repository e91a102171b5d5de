//! Side-by-side manifests, by which Visual Studio 2008 names the C runtime that a library is to be loaded with.

use std::sync::LazyLock;

use regex::bytes::Regex;

// In each `.` is any byte: the encoding of a manifest need not be known.
static C_RUNTIME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?s-u)<assemblyIdentity.*?name=("|')Microsoft\.VC\d{2}\.CRT("|').*?(/>|</assemblyIdentity>)"#,
    )
    .expect("a valid pattern")
});
static EMPTIED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?-u)<dependentAssembly>\s*</dependentAssembly>").expect("a valid pattern")
});
static ANY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?s-u)<assemblyIdentity.*?name=("|').+?("|').*?(/>|</assemblyIdentity>)"#)
        .expect("a valid pattern")
});

/// A manifest without its references to Visual C++'s runtime; `None` where it then refers to nothing.
///
/// Without them the extension module gets the runtime of the Python that loads it, and needs no copy of its own.
pub fn without_c_runtime(manifest: &[u8]) -> Option<Vec<u8>> {
    let manifest = C_RUNTIME.replace_all(manifest, b"");
    let manifest = EMPTIED.replace_all(&manifest, b"");
    ANY.is_match(&manifest).then(|| manifest.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(names: &[&str]) -> String {
        let dependency = |name: &&str| {
            format!(
                "<dependency>\n<dependentAssembly>\n<assemblyIdentity type=\"win32\" name=\"{name}\"\n \
                 version=\"9.0\"></assemblyIdentity>\n</dependentAssembly>\n</dependency>\n"
            )
        };
        format!("<assembly>\n{}</assembly>\n", names.iter().map(dependency).collect::<String>())
    }

    #[test]
    fn a_manifest_that_only_names_the_runtime_is_not_needed() {
        assert_eq!(without_c_runtime(manifest(&["Microsoft.VC90.CRT"]).as_bytes()), None);
    }

    #[test]
    fn other_assemblies_stay() {
        let both = manifest(&["Microsoft.VC90.CRT", "Microsoft.VC90.MFC"]);
        let cleaned = String::from_utf8(without_c_runtime(both.as_bytes()).unwrap()).unwrap();
        assert!(!cleaned.contains("CRT") && cleaned.contains("VC90.MFC"), "{cleaned}");
        assert!(cleaned.contains("<dependency>\n\n</dependency>"), "{cleaned}");
    }
}
