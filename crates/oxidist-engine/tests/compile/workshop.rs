//! A folder to build in, a watch that remembers what it heard, and short ways to say what is built.

use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use oxidist_engine::Result;
use oxidist_engine::compile::{self, Group, Kind, Outcome, Progress, Ran, Settings, Step, Watch};
use oxidist_engine::effects::{Cancel, Disk, Effects};

/// A project in a temporary folder. Everything is named by paths under it.
pub struct Workshop {
    root: PathBuf,
    /// Removed at the end, unless the folder is another process's.
    _folder: Option<tempfile::TempDir>,
    pub disk: Disk,
    pub width: usize,
}

impl Workshop {
    pub fn new() -> Workshop {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().to_path_buf();
        Workshop { _folder: Some(folder), ..Workshop::at(root) }
    }

    /// With that many jobs at once.
    pub fn wide(width: usize) -> Workshop {
        Workshop { width, ..Workshop::new() }
    }

    /// In a folder that is there.
    pub fn at(root: PathBuf) -> Workshop {
        Workshop { root, _folder: None, disk: Disk::default(), width: 2 }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Write a file, and make its folder.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// An executable shell script: a compiler of its own kind.
    pub fn script(&self, name: &str, text: &str) -> OsString {
        self.write(name, &format!("#!/bin/sh\n{text}\n"));
        let path = self.path(name);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path.into()
    }

    /// A compiler that ends when that many of its kind have begun, and fails where they do not.
    pub fn meeting_compiler(&self, count: usize) -> OsString {
        let meeting = self.path("meeting");
        let meeting = meeting.display();
        let wait = format!(
            "for i in $(seq 500); do test $(ls '{meeting}' | wc -l) -ge {count} && break; sleep 0.02; done"
        );
        let end = format!("test $(ls '{meeting}' | wc -l) -ge {count} && cp \"$2\" \"$4\"");
        self.script(
            "cc",
            &format!(
                "test \"$1\" = --version && exit\nmkdir -p '{meeting}'; touch '{meeting}'/$$; {wait}; {end}"
            ),
        )
    }

    /// Write a line more, whatever the clock says.
    pub fn change(&self, name: &str) {
        let file = fs::File::options().append(true).open(self.path(name)).unwrap();
        (&file).write_all(b"\n").unwrap();
        self.touch(name);
    }

    /// Give a file another time, a second later than it has.
    pub fn touch(&self, name: &str) {
        let file = fs::File::options().write(true).open(self.path(name)).unwrap();
        let modified = file.metadata().unwrap().modified().unwrap();
        file.set_modified(modified + Duration::from_secs(1)).unwrap();
    }

    pub fn set_time(&self, name: &str, time: SystemTime) {
        fs::File::options().write(true).open(self.path(name)).unwrap().set_modified(time).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        String::from_utf8(fs::read(self.path(name)).unwrap()).unwrap()
    }

    pub fn exists(&self, name: &str) -> bool {
        self.path(name).symlink_metadata().is_ok()
    }

    pub fn remove(&self, name: &str) {
        fs::remove_file(self.path(name)).unwrap();
    }

    pub fn settings(&self) -> Settings {
        Settings { records: Some(self.path("build")), width: Some(self.width), ..Settings::default() }
    }

    /// `gcc -c source -o build/<source>.o`.
    pub fn gcc(&self, source: &str) -> Step {
        self.compile("gcc".into(), source, &[])
    }

    pub fn compile(&self, compiler: OsString, source: &str, flags: &[&str]) -> Step {
        let output = self.path(&format!("build/{source}.o"));
        let mut argv = vec![compiler];
        argv.extend(flags.iter().map(OsString::from));
        argv.extend(["-c".into(), self.path(source).into(), "-o".into(), output.clone().into()]);
        Step { inputs: vec![self.path(source)], ..step(Kind::Compile, argv, output) }
    }

    /// `gcc -shared objects -o output`.
    pub fn link(&self, output: &str, objects: &[&Step]) -> Step {
        self.link_with("gcc".into(), output, objects, &["-shared"])
    }

    pub fn link_with(&self, linker: OsString, output: &str, objects: &[&Step], flags: &[&str]) -> Step {
        let output = self.path(output);
        let inputs: Vec<PathBuf> = objects.iter().map(|object| object.output.clone()).collect();
        let mut argv = vec![linker];
        argv.extend(inputs.iter().map(OsString::from));
        argv.extend(flags.iter().map(OsString::from));
        argv.extend(["-o".into(), output.clone().into()]);
        Step { inputs, ..step(Kind::Link, argv, output) }
    }

    /// `ar rcs output objects`.
    pub fn archive(&self, output: &str, objects: &[&Step]) -> Step {
        let output = self.path(output);
        let inputs: Vec<PathBuf> = objects.iter().map(|object| object.output.clone()).collect();
        let mut argv: Vec<OsString> = vec!["ar".into(), "rcs".into(), output.clone().into()];
        argv.extend(inputs.iter().map(OsString::from));
        Step { inputs, ..step(Kind::Archive, argv, output) }
    }

    /// Build, and give what was told.
    pub fn run(&self, groups: &[Group]) -> Heard {
        self.run_with(groups, &self.settings())
    }

    pub fn run_with(&self, groups: &[Group], settings: &Settings) -> Heard {
        self.try_run(groups, settings, &self.disk, &Cancel::default()).unwrap()
    }

    pub fn try_run(
        &self,
        groups: &[Group],
        settings: &Settings,
        effects: &dyn Effects,
        cancel: &Cancel,
    ) -> Result<Heard> {
        let watch = Listener::default();
        let outcomes = compile::run(groups, settings, effects, cancel, &watch)?;
        let told = watch.told.into_inner().unwrap();
        Ok(Heard { outcomes, told, root: self.root.clone() })
    }
}

fn step(kind: Kind, argv: Vec<OsString>, output: PathBuf) -> Step {
    Step {
        kind,
        commands: vec![argv],
        output,
        inputs: vec![],
        depends: vec![],
        beside: vec![],
        environment: vec![],
        ordered: false,
        force: false,
    }
}

/// A group of steps that must not fail.
pub fn group(name: &str, steps: &[&Step]) -> Group {
    let steps = steps.iter().copied().cloned().collect();
    Group { name: name.into(), optional: false, steps }
}

/// What a watch was told.
#[derive(Debug, Clone)]
pub enum Told {
    Begins(String),
    UpToDate(String),
    Ran(PathBuf, Vec<Ran>),
    Waiting,
    Why(PathBuf, String),
}

#[derive(Default)]
pub struct Listener {
    pub told: Mutex<Vec<Told>>,
}

impl Listener {
    fn hear(&self, told: Told) {
        self.told.lock().unwrap().push(told);
    }
}

impl Watch for Listener {
    fn waiting(&self, _: &Path, _: Option<&str>) {
        self.hear(Told::Waiting);
    }

    fn out_of_date(&self, step: &Step, why: &str) {
        self.hear(Told::Why(step.output.clone(), why.into()));
    }

    fn group_begins(&self, group: &Group) {
        self.hear(Told::Begins(group.name.clone()));
    }

    fn group_up_to_date(&self, group: &Group) {
        self.hear(Told::UpToDate(group.name.clone()));
    }

    fn step_ran(&self, step: &Step, ran: &[Ran]) {
        self.hear(Told::Ran(step.output.clone(), ran.to_vec()));
    }

    fn progress(&self, progress: &Progress<'_>) {
        assert!(progress.done <= progress.total);
    }
}

/// What came of a run.
#[derive(Debug)]
pub struct Heard {
    pub outcomes: Vec<Outcome>,
    pub told: Vec<Told>,
    root: PathBuf,
}

impl Heard {
    /// The outputs that were made, by their names under the folder, in the order in which they were told.
    pub fn ran(&self) -> Vec<String> {
        let name = |path: &PathBuf| path.strip_prefix(&self.root).unwrap().to_string_lossy().into_owned();
        self.told
            .iter()
            .filter_map(|told| if let Told::Ran(path, _) = told { Some(name(path)) } else { None })
            .collect()
    }

    /// All that was told, in short words.
    pub fn story(&self) -> Vec<String> {
        let name = |path: &PathBuf| path.strip_prefix(&self.root).unwrap().to_string_lossy().into_owned();
        let words = |told: &Told| match told {
            Told::Begins(group) => format!("begins {group}"),
            Told::UpToDate(group) => format!("up to date {group}"),
            Told::Ran(path, _) => format!("ran {}", name(path)),
            Told::Waiting => "waiting".into(),
            Told::Why(..) => unreachable!("left out below"),
        };
        self.told.iter().filter(|told| !matches!(told, Told::Why(..))).map(words).collect()
    }

    /// Why each step was out of date.
    pub fn reasons(&self) -> Vec<String> {
        let root = format!("{}/", self.root.display());
        let told = self.told.iter().filter_map(|told| match told {
            Told::Why(path, why) => Some(format!("{}: {why}", path.display()).replace(&root, "")),
            _ => None,
        });
        told.collect()
    }

    /// What the commands of one step wrote.
    pub fn output(&self, of: &str) -> String {
        let of = self.root.join(of);
        let ran = self.told.iter().find_map(|told| match told {
            Told::Ran(path, ran) if *path == of => Some(ran),
            _ => None,
        });
        let bytes = ran.unwrap().iter().flat_map(|ran| ran.output.clone()).collect();
        String::from_utf8(bytes).unwrap()
    }

    /// The command lines of one step as they were run, with `~` for the folder.
    pub fn lines(&self, of: &str) -> Vec<String> {
        let of = self.root.join(of);
        let line = |ran: &Ran| {
            let words: Vec<_> = ran.argv.iter().map(|word| word.to_string_lossy()).collect();
            words.join(" ").replace(&*self.root.to_string_lossy(), "~")
        };
        let told = self.told.iter();
        told.filter_map(|told| match told {
            Told::Ran(path, ran) if *path == of => Some(ran),
            _ => None,
        })
        .flatten()
        .map(line)
        .collect()
    }

    /// The outcomes in short words.
    pub fn ends(&self) -> Vec<String> {
        let root = format!("{}/", self.root.display());
        let words = |outcome: &Outcome| match outcome {
            Outcome::UpToDate => "up to date".into(),
            Outcome::Built => "built".into(),
            Outcome::Stopped => "stopped".into(),
            Outcome::Failed { step, why } => format!("failed at {step}: {why}").replace(&root, ""),
        };
        self.outcomes.iter().map(words).collect()
    }
}

/// Whether the test of this name has now run in a process of its own, so that there is nothing left to do: all
/// builds of one process share one pool of jobs, and what runs side by side would depend on the other tests.
pub fn has_run_alone(test: &str) -> bool {
    const ALONE: &str = "OXIDIST_TEST_ALONE";
    if std::env::var_os(ALONE).is_some() {
        return false;
    }
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    let done = command.args(["--exact", test, "--nocapture"]).env(ALONE, "1").output().unwrap();
    let said = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success() && said.contains("1 passed"), "{said}");
    true
}

/// Let the clock of the file system go on, so that a file written now is older than what a build begins then.
pub fn pause() {
    let until = SystemTime::now() + Duration::from_millis(12);
    while SystemTime::now() < until {
        std::thread::sleep(Duration::from_millis(4));
    }
}
