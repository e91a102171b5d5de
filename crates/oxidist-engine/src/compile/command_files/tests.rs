//! What words of command lines name.

use super::*;

fn reads(text: &str) -> Reads {
    let argv: Vec<OsString> = text.split(' ').map(OsString::from).collect();
    let read = |file: &Path| (file == Path::new("args")).then(|| b"-Lfrom lib/x.a -lfoo".to_vec());
    Reads::of(&argv, &read, &|name| (name == "LIBRARY_PATH").then(|| ":last".into()))
}

fn named(text: &str) -> Vec<String> {
    reads(text).files.into_iter().map(|path| path.into_os_string().into_string().unwrap()).collect()
}

#[test]
fn words_that_may_be_files_are_those_without_a_dash() {
    assert_eq!(named("gcc -shared a.o lib/x.a -O2 -o out.so"), ["a.o", "lib/x.a"]);
    assert_eq!(
        named("gcc @args -specs=my.specs -DX=1 -Iinclude -c a.c"),
        ["args", "lib/x.a", "my.specs", "a.c"]
    );
    assert_eq!(named("gcc -MF a.d -MD -MT x a.c"), ["a.c"]);
}

#[test]
fn parts_for_the_linker_may_be_files() {
    assert_eq!(named("gcc -Wl,--version-script=a.map,-T,b.ld,-O1 a.o"), ["a.map", "b.ld", "a.o"]);
    assert_eq!(
        named(
            "gcc -Wl,--dynamic-list,a -Wl,--retain-symbols-file=b -Xlinker --just-symbols=c -Wl,-R,d -Tx.ld"
        ),
        ["a", "b", "c", "d", "x.ld"]
    );
    assert_eq!(named("gcc -Wl,--whole-archive,libx.a,--no-whole-archive"), ["libx.a"]);
    assert_eq!(named("gcc -Wl,@args"), ["args", "lib/x.a"]);
    assert!(named("gcc -Wl, -Wl,-Map,out.map -Wl,-soname,libx.so -Wl,-Map=out.map").is_empty());
}

#[test]
fn options_of_microsofts_linker_name_files_and_folders() {
    let reads = reads("link /DEF:x.def /OUT:x.pyd /LIBPATH:one -libpath:two y.lib /DEFAULTLIB:z a.obj");
    let files: Vec<_> = reads.files.iter().map(|path| path.to_str().unwrap()).collect();
    assert_eq!(files, ["x.def", "y.lib", "y.lib", "z", "a.obj"]);
    let there = ["one/z.lib", "two/y.lib"];
    let found = reads.libraries.files(&|path| there.iter().any(|file| path.as_os_str() == *file));
    assert_eq!(found, [PathBuf::from("two/y.lib"), "one/z.lib".into()]);
}

#[cfg(target_os = "linux")]
fn linked(text: &str, there: &[&str]) -> Vec<String> {
    let files = reads(text).libraries.files(&|path| there.iter().any(|file| path.as_os_str() == *file));
    files.into_iter().map(|path| path.into_os_string().into_string().unwrap()).collect()
}

#[cfg(target_os = "linux")]
#[test]
fn a_library_is_the_first_of_its_names_in_the_first_folder_that_has_one() {
    let there = ["two/libfoo.a", "two/libfoo.so", "three/libfoo.so", "three/libbar.a"];
    assert_eq!(
        linked("gcc a.o -lfoo -L one -Ltwo -l bar -lfoo -L three", &there),
        ["two/libfoo.so", "three/libbar.a"]
    );
}

#[cfg(target_os = "linux")]
#[test]
fn every_spelling_of_folder_and_library_counts() {
    for text in [
        "-Lone -lfoo",
        "-L one -l foo",
        "-Wl,-Lone -Wl,-lfoo",
        "-Wl,-L,one -Wl,-l -Wl,foo",
        "-Xlinker -L -Xlinker one -Xlinker -l -Xlinker foo",
        "-Wl,--library-path=one,--library=foo",
        "-Wl,--library-path,one -Xlinker --library -Xlinker foo",
        "-Wl,-library-path=one -Wl,-library=foo",
        "--library-directory=one --for-linker -lfoo",
        "-Wl,-lfoo -L one",
        "-L=one -l:libfoo.so",
    ] {
        assert_eq!(
            linked(&format!("gcc a.o {text}"), &["one/libfoo.so", "last/libfoo.a"]),
            ["one/libfoo.so"]
        );
    }
    assert_eq!(linked("gcc -lfoo", &["last/libfoo.a"]), ["last/libfoo.a"]);
    for text in ["-Bone -lfoo", "-lfoo -B one"] {
        let there = ["last/libfoo.a", "one/../lib/libfoo.a", "one/libfoo.so"];
        let all = ["one/libfoo.so", "one/../lib/libfoo.a", "last/libfoo.a"];
        assert_eq!(linked(&format!("gcc a.o {text}"), &there), all);
    }
    assert_eq!(linked("gcc @args", &["from/libfoo.a", "last/libfoo.a"]), ["from/libfoo.a"]);
    assert_eq!(linked("gcc -Wl,@args", &["from/libfoo.a"]), ["from/libfoo.a"]);
    assert_eq!(linked("gcc --sysroot=/r -L=/one -lfoo", &["/r/one/libfoo.a"]), ["/r/one/libfoo.a"]);
    assert_eq!(linked("clang -Fone -framework Foo", &["one/Foo.framework/Foo"]), ["one/Foo.framework/Foo"]);
}

#[cfg(target_os = "linux")]
#[test]
fn shared_libraries_are_passed_over_from_one_word_to_another() {
    let there = ["one/libfoo.so", "two/libfoo.a", "two/exact.a", "one/libbar.so", "two/libbar.a"];
    assert_eq!(
        linked("gcc -Wl,-Bstatic -Lone -Ltwo -lfoo -l:exact.a -Wl,-Bdynamic -lbar", &there),
        ["two/libfoo.a", "two/exact.a", "one/libbar.so"]
    );
    assert_eq!(
        linked("gcc -Lone -Ltwo -Wl,--push-state,-Bstatic -lfoo -Wl,--pop-state -lbar", &there),
        ["two/libfoo.a", "one/libbar.so"]
    );
    assert_eq!(linked("gcc -static -Lone -Ltwo -lfoo", &there), ["two/libfoo.a"]);
}
