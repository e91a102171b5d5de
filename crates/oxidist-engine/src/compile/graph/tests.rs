//! Which steps wait for which.

use super::*;
use crate::compile::modules::Units;
use proptest::prelude::*;

struct Nothing;

impl There for Nothing {
    fn list(&self, _: &Path) -> Vec<PathBuf> {
        Vec::new()
    }

    fn is_file(&self, _: &Path) -> bool {
        false
    }

    fn holds_nothing(&self, _: &Path) -> bool {
        false
    }

    fn contents(&self, _: &Path) -> Option<Vec<u8>> {
        None
    }
}

/// A step that makes `output` of `inputs`, by commands that `how` tells apart.
fn step(kind: Kind, how: &str, output: &str, inputs: &[&str]) -> Step {
    Step {
        kind,
        commands: vec![vec!["cc".into(), how.into()]],
        output: output.into(),
        inputs: inputs.iter().map(PathBuf::from).collect(),
        depends: vec![],
        beside: vec![],
        environment: vec![],
        ordered: false,
        force: false,
    }
}

fn compile(how: &str, output: &str) -> Step {
    step(Kind::Compile, how, output, &["source.c"])
}

fn link(output: &str, inputs: &[&str]) -> Step {
    step(Kind::Link, "-link", output, inputs)
}

fn group(steps: Vec<Step>) -> Group {
    Group { name: String::new(), optional: false, steps }
}

fn graph(groups: &[Group]) -> Graph<'_> {
    graph_of(groups, &Nothing)
}

fn graph_of<'a>(groups: &'a [Group], there: &dyn There) -> Graph<'a> {
    Graph::of(groups, &Units::default(), &Places::here(), there)
}

/// A response file and linker scripts that lead to `build/libz.so`.
struct Written;

impl There for Written {
    fn is_file(&self, path: &Path) -> bool {
        self.contents(path).is_some()
    }

    fn holds_nothing(&self, _: &Path) -> bool {
        false
    }

    fn contents(&self, path: &Path) -> Option<Vec<u8>> {
        match path.to_str()? {
            "words" => Some(b"-Lbuild -lz".to_vec()),
            "script.so" | "scripts/libscript.so" => Some(b"GROUP(build/libz.so)".to_vec()),
            _ => None,
        }
    }

    fn list(&self, _: &Path) -> Vec<PathBuf> {
        Vec::new()
    }
}

/// What each node waits for where all run.
fn before(graph: &Graph<'_>) -> Vec<Vec<usize>> {
    let all = vec![true; graph.nodes.len()];
    (0..all.len()).map(|node| graph.before(node, &all).into_keys().collect()).collect()
}

#[test]
fn who_reads_a_file_waits_for_the_nearest_earlier_step_that_makes_it() {
    let groups = [group(vec![compile("-1", "a.o"), link("x", &["./a.o", "b.o"]), compile("-1", "b.o")])];
    let graph = graph(&groups);
    // What is made later is not what is meant.
    assert_eq!(before(&graph), [vec![], vec![0], vec![]]);
    assert_eq!(graph.nodes[0].users, [1]);
}

#[test]
fn a_library_made_by_an_earlier_step_is_found_through_its_folder() {
    let mut with_library = link("x", &["a.o"]);
    with_library.commands[0].extend(["-Lbuild".into(), "-lz".into()]);
    let library = step(Kind::Archive, "-ar", "build/libz.a", &["z.o"]);
    let groups = [group(vec![library]), group(vec![compile("-1", "a.o"), with_library])];
    let graph = graph(&groups);
    assert_eq!(before(&graph)[2], [0, 1]);
    assert_eq!(graph.nodes[2].inputs[1].origin, Origin::Library);
}

#[test]
fn a_library_made_by_an_earlier_step_is_seen_in_every_spelling() {
    for words in [
        "-L build -Wl,-lz",
        "-Wl,-Lbuild,-lz",
        "-Xlinker -Lbuild -Xlinker -lz",
        "-Wl,-L,build -l z",
        "-Wl,--library-path=build,--library=z",
        "-Lbuild -l:libz.so",
        "-Wl,./build/libz.so",
        "build/../build/libz.so",
        "@words",
        "-Wl,@words",
        "script.so",
        "-lscript -Lscripts",
    ] {
        let mut reads = link("x", &["a.o"]);
        reads.commands[0].extend(words.split(' ').map(Into::into));
        let groups = [group(vec![link("build/libz.so", &["z.o"])]), group(vec![reads])];
        assert_eq!(before(&graph_of(&groups, &Written))[1], [0], "{words}");
    }
}

#[test]
fn what_depends_on_a_file_waits_for_the_step_that_makes_it() {
    let reads = Step { depends: vec!["build/z.so".into()], ..compile("-1", "a.o") };
    let groups = [group(vec![link("build/z.so", &["z.o"])]), group(vec![reads])];
    assert_eq!(graph(&groups).nodes[1].makers, [0]);
}

#[test]
fn the_same_commands_for_one_output_are_one_node() {
    let groups = [
        group(vec![compile("-1", "a.o"), link("x", &["a.o"])]),
        group(vec![compile("-1", "b/../a.o"), link("y", &["a.o"])]),
    ];
    let graph = graph(&groups);
    assert_eq!(graph.places, [vec![0, 1], vec![0, 2]]);
    assert_eq!(graph.nodes[0].owners, [(0, 0), (1, 0)]);
    assert_eq!(graph.nodes[0].users, [1, 2]);
}

#[test]
fn other_commands_for_one_output_wait_for_all_who_read_it_before() {
    let groups = [
        group(vec![compile("-1", "a.o"), link("x", &["a.o"]), link("y", &["a.o"])]),
        group(vec![compile("-2", "a.o"), link("z", &["a.o"])]),
    ];
    let graph = graph(&groups);
    assert_eq!(before(&graph), [vec![], vec![0], vec![0], vec![0, 1, 2], vec![3]]);
    assert_eq!(graph.generations, [[0, 3]]);
}

#[test]
fn an_ordered_step_is_behind_all_before_it_and_before_all_behind_it() {
    let ordered = Step { ordered: true, ..compile("-1", "m.o") };
    let steps = vec![compile("-1", "a.o"), compile("-1", "b.o"), ordered, compile("-1", "c.o")];
    let groups = [group(steps), group(vec![compile("-1", "other.o")])];
    assert_eq!(before(&graph(&groups)), [vec![], vec![], vec![0, 1], vec![2], vec![]]);
}

#[test]
fn what_does_not_run_is_waited_through() {
    let groups = [
        group(vec![compile("-1", "a.o"), link("x", &["a.o"])]),
        group(vec![compile("-2", "a.o")]),
        group(vec![compile("-3", "a.o"), link("z", &["a.o"])]),
    ];
    let graph = graph(&groups);
    let waits = |runs: [bool; 5], node| graph.before(node, &runs).into_iter().collect::<Vec<_>>();
    // The second does not run, and the third still must not disturb the first and its link.
    assert_eq!(waits([true, true, false, true, true], 3), [(0, false), (1, false)]);
    assert_eq!(waits([true, false, false, false, true], 4), [(0, false)]);
    assert_eq!(waits([false; 5], 4), []);
}

#[test]
fn joined_nodes_are_read_and_owned_as_one() {
    let groups = [
        group(vec![compile("-1", "a.o"), link("x", &["a.o"])]),
        group(vec![compile("-2", "a.o")]),
        group(vec![compile("-1", "a.o"), link("z", &["a.o"])]),
    ];
    let mut graph = graph(&groups);
    assert_eq!(graph.nodes[4].makers, [3]);
    graph.join(0, 3);
    assert_eq!(graph.nodes[4].makers, [0]);
    assert_eq!(graph.nodes[4].inputs[0].maker, Some(0));
    assert_eq!(graph.nodes[0].owners, [(0, 0), (2, 0)]);
    assert_eq!(graph.nodes[0].users, [1, 4]);
    assert_eq!(graph.places[2], [0, 4]);
}

#[test]
fn every_word_of_the_commands_is_in_their_hash() {
    let hash = |commands: &[&[&str]]| {
        let argv = |words: &&[&str]| words.iter().map(Into::into).collect();
        let commands = commands.iter().map(argv).collect();
        let holds_nothing = |folder: &Path| folder == Path::new("empty");
        command_hash(&Step { commands, ..compile("", "a.o") }, &Places::here(), &holds_nothing)
    };
    let all = [
        hash(&[&["cc", "-a", "-b"]]),
        hash(&[&["cc", "-b", "-a"]]),
        hash(&[&["cc", "-a-b"]]),
        hash(&[&["cc", "-a"], &["-b"]]),
        hash(&[&["cc", "-a", "-b", ""]]),
        hash(&[&["cc", "-a", "-b", "-Iheaders"]]),
    ];
    assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len());
    assert_eq!(hash(&[&["cc", "-a", "-Iempty", "-b"]]), all[0], "nothing is found there");
}

/// Groups of steps over few names, so that these are shared in all ways.
fn any_groups() -> impl Strategy<Value = Vec<Group>> {
    let name = || prop::sample::select(vec!["a", "b", "c", "d"]);
    let step =
        (name(), prop::sample::select(vec!["-1", "-2"]), prop::collection::vec(name(), 0..3), any::<bool>());
    let step = step.prop_map(|(output, how, inputs, ordered)| Step {
        ordered,
        ..self::step(Kind::Link, how, output, &inputs)
    });
    prop::collection::vec(prop::collection::vec(step, 0..5).prop_map(group), 0..4)
}

proptest! {
    #[test]
    fn all_edges_lead_to_later_nodes(groups in any_groups(), runs in prop::collection::vec(any::<bool>(), 20)) {
        let graph = graph(&groups);
        for node in 0..graph.nodes.len() {
            prop_assert!(graph.before(node, &runs).into_keys().all(|before| before < node));
            prop_assert!(graph.nodes[node].makers.iter().all(|maker| *maker < node));
        }
    }

    #[test]
    fn two_nodes_that_make_one_file_never_run_at_once(groups in any_groups(), runs in prop::collection::vec(any::<bool>(), 20)) {
        let graph = graph(&groups);
        // All that comes before a node, by way of others that run.
        let mut behind: Vec<HashSet<usize>> = Vec::new();
        for node in 0..graph.nodes.len() {
            let mut all = HashSet::new();
            for before in graph.before(node, &runs).into_keys() {
                all.insert(before);
                all.extend(behind[before].clone());
            }
            behind.push(all);
        }
        for generation in &graph.generations {
            let running: Vec<_> = generation.iter().filter(|node| runs[**node]).collect();
            for pair in running.windows(2) {
                prop_assert!(behind[*pair[1]].contains(pair[0]));
            }
            // Nor does one who reads the file as an earlier node has made it run beside a later one.
            for (place, later) in generation.iter().enumerate().filter(|(_, node)| runs[**node]) {
                for earlier in &generation[..place] {
                    for user in graph.nodes[*earlier].users.iter().filter(|user| runs[**user] && *user != later) {
                        prop_assert!(behind[*later].contains(user));
                    }
                }
            }
        }
    }
}
