//! Whatever happens to a project between two builds: what is built is what a build from nothing would give, and the
//! build after that has nothing to do.
//!
//! The compilers are scripts that put texts together, so that what each output must be can be computed here.

use std::fs;

use oxidist_engine::compile::{Group, Step};
use proptest::prelude::*;

use crate::workshop::{Workshop, group};

const SOURCES: usize = 3;
const HEADERS: usize = 3;
const EXTENSIONS: usize = 3;

/// What its options say, the source, and each file that this includes; and a depfile about that.
const COMPILER: &str = r#"
test "$1" = --version && { echo "This is free software; see the source for copying conditions."; exit; }
included=$(sed -n 's/^include //p' "$3")
{ echo "$1"; cat "$3"; for file in $included; do cat "$file"; done; } > "$5"
echo "$5:" "$3" $included > "$8"
"#;

/// All inputs, in order.
const LINKER: &str = r#"out=$1; shift; cat "$@" > "$out""#;

/// Something that happens between two builds.
#[derive(Debug, Clone)]
enum Change {
    EditSource(usize),
    EditHeader(usize),
    Touch(usize),
    /// Another set of included headers, in a source.
    Include(usize, [bool; HEADERS]),
    /// Other options, for an extension.
    Options(usize, u8),
    /// Other sources, for an extension.
    Sources(usize, [bool; SOURCES]),
    RemoveObject(usize),
    SpoilObject(usize),
    RemoveLibrary(usize),
    /// The records lose their end, as after a crash.
    Tear(u8),
    /// A build of one extension alone.
    BuildOne(usize),
    /// A build in which this source does not compile.
    FailingBuild(usize),
}

fn any_change() -> impl Strategy<Value = Change> {
    prop_oneof![
        (0..SOURCES).prop_map(Change::EditSource),
        (0..HEADERS).prop_map(Change::EditHeader),
        (0..HEADERS).prop_map(Change::Touch),
        (0..SOURCES, any::<[bool; HEADERS]>()).prop_map(|(source, headers)| Change::Include(source, headers)),
        (0..EXTENSIONS, 0u8..2).prop_map(|(extension, options)| Change::Options(extension, options)),
        (0..EXTENSIONS, any::<[bool; SOURCES]>())
            .prop_map(|(extension, sources)| Change::Sources(extension, sources)),
        (0..SOURCES).prop_map(Change::RemoveObject),
        (0..SOURCES).prop_map(Change::SpoilObject),
        (0..EXTENSIONS).prop_map(Change::RemoveLibrary),
        any::<u8>().prop_map(Change::Tear),
        (0..EXTENSIONS).prop_map(Change::BuildOne),
        (0..SOURCES).prop_map(Change::FailingBuild),
    ]
}

/// A project, and what is in its files.
struct World {
    shop: Workshop,
    edits: usize,
    sources: [(usize, [bool; HEADERS]); SOURCES],
    headers: [usize; HEADERS],
    /// By extension: its options and its sources.
    extensions: [(u8, [bool; SOURCES]); EXTENSIONS],
}

impl World {
    fn new() -> World {
        let shop = Workshop::new();
        shop.script("cc", COMPILER);
        shop.script("ld", LINKER);
        let world = World {
            shop,
            edits: 0,
            sources: [(0, [true, false, true]), (0, [false, true, false]), (0, [true; HEADERS])],
            headers: [0; HEADERS],
            extensions: [(0, [true, true, false]), (1, [true, false, true]), (0, [false, true, true])],
        };
        (0..SOURCES).for_each(|source| world.write_source(source));
        (0..HEADERS).for_each(|header| world.write_header(header));
        world
    }

    fn source_text(&self, source: usize) -> String {
        let (edit, headers) = self.sources[source];
        let mut text = format!("source {source} {edit}\n");
        for (header, included) in headers.iter().enumerate() {
            if *included {
                text += &format!("include {}\n", self.shop.path(&format!("h{header}")).display());
            }
        }
        text
    }

    fn header_text(&self, header: usize) -> String {
        format!("header {header} {}\n", self.headers[header])
    }

    fn write_source(&self, source: usize) {
        self.shop.write(&format!("s{source}.c"), &self.source_text(source));
    }

    fn write_header(&self, header: usize) {
        self.shop.write(&format!("h{header}"), &self.header_text(header));
    }

    /// What the library of an extension must be.
    fn library(&self, extension: usize) -> String {
        let (options, sources) = self.extensions[extension];
        let mut text = String::new();
        for source in (0..SOURCES).filter(|source| sources[*source]) {
            text += &format!("-D{options}\n{}", self.source_text(source));
            let included = self.sources[source].1;
            (0..HEADERS)
                .filter(|header| included[*header])
                .for_each(|header| text += &self.header_text(header));
        }
        text
    }

    fn group(&self, extension: usize) -> Group {
        let (options, sources) = self.extensions[extension];
        let cc = || self.shop.path("cc").into_os_string();
        let compile =
            |source: usize| self.shop.compile(cc(), &format!("s{source}.c"), &[&format!("-D{options}")]);
        let mut steps: Vec<Step> = (0..SOURCES).filter(|source| sources[*source]).map(compile).collect();
        let objects: Vec<_> = steps.iter().map(|step| step.output.clone()).collect();
        let mut link = self.shop.link(&format!("out/x{extension}"), &steps.iter().collect::<Vec<_>>());
        link.commands = vec![vec![self.shop.path("ld").into(), link.output.clone().into()]];
        link.commands[0].extend(objects.into_iter().map(Into::into));
        steps.push(link);
        group(&format!("x{extension}"), &steps.iter().collect::<Vec<_>>())
    }

    fn build_all_and_check(&self) {
        let groups: Vec<Group> = (0..EXTENSIONS).map(|extension| self.group(extension)).collect();
        let heard = self.shop.run(&groups);
        assert!(heard.ends().iter().all(|end| end == "built" || end == "up to date"), "{:?}", heard.ends());
        (0..EXTENSIONS).for_each(|extension| self.check(extension));
        let again = self.shop.run(&groups);
        assert_eq!(again.ends(), ["up to date"; EXTENSIONS], "{:?}", again.reasons());
    }

    fn check(&self, extension: usize) {
        assert_eq!(self.shop.read(&format!("out/x{extension}")), self.library(extension));
    }

    fn apply(&mut self, change: &Change) {
        self.edits += 1;
        match change {
            Change::EditSource(source) => {
                self.sources[*source].0 = self.edits;
                self.write_source(*source);
            }
            Change::EditHeader(header) => {
                self.headers[*header] = self.edits;
                self.write_header(*header);
            }
            Change::Touch(header) => self.shop.touch(&format!("h{header}")),
            Change::Include(source, headers) => {
                self.sources[*source].1 = *headers;
                self.write_source(*source);
            }
            Change::Options(extension, options) => self.extensions[*extension].0 = *options,
            Change::Sources(extension, sources) => self.extensions[*extension].1 = *sources,
            Change::RemoveObject(source) => {
                let _ = fs::remove_file(self.shop.path(&format!("build/s{source}.c.o")));
            }
            Change::SpoilObject(source) => self.shop.write(&format!("build/s{source}.c.o"), "spoilt"),
            Change::RemoveLibrary(extension) => {
                let _ = fs::remove_file(self.shop.path(&format!("out/x{extension}")));
            }
            Change::Tear(part) => {
                let records = self.shop.path("build/.oxidist-records");
                let Ok(contents) = fs::read(&records) else { return };
                fs::write(records, &contents[..contents.len() * usize::from(*part) / 255]).unwrap();
            }
            Change::BuildOne(extension) => {
                self.shop.run(&[self.group(*extension)]);
                self.check(*extension);
            }
            Change::FailingBuild(source) => {
                self.shop.remove(&format!("s{source}.c"));
                let groups: Vec<Group> = (0..EXTENSIONS).map(|extension| self.group(extension)).collect();
                self.shop.run(&groups);
                self.write_source(*source);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn after_any_changes_a_build_gives_what_one_from_nothing_would(
        rounds in prop::collection::vec(prop::collection::vec(any_change(), 1..4), 1..4),
    ) {
        let mut world = World::new();
        world.build_all_and_check();
        for changes in &rounds {
            changes.iter().for_each(|change| world.apply(change));
            world.build_all_and_check();
        }
    }
}
