//! Objects that are not whole though their compiler has ended well.

use crate::workshop::{Workshop, group, pause};

#[test]
fn half_an_object_is_trusted_until_a_link_fails_and_no_longer() {
    let shop = Workshop::new();
    shop.write("a.c", "int a;\n");
    shop.write("b.c", "int b(void) { return 1; }\n");
    let flag = shop.path("half");
    let cc = shop.script(
        "cc",
        &format!(
            "gcc \"$@\" || exit\ncase \"$*\" in *b.c.o*) test ! -e '{0}' || {{ head -c 300 \"$4\" > \"$4.x\"; mv \"$4.x\" \"$4\"; }};; esac",
            flag.display()
        ),
    );
    shop.write("half", "");
    let (a, b) = (shop.compile(cc.clone(), "a.c", &[]), shop.compile(cc, "b.c", &[]));
    let groups = [group("ab", &[&a, &b, &shop.link("out/ab.so", &[&a, &b])])];
    pause();
    let heard = shop.run(&groups);
    let end = &heard.ends()[0];
    assert!(end.contains("b.c.o' is no whole object file") && !end.contains("a.c.o"), "{end}");
    shop.remove("half");
    assert_eq!(shop.run(&groups).ran(), ["build/b.c.o", "out/ab.so"]);
    assert_eq!(shop.run(&groups).ends(), ["up to date"]);
}
