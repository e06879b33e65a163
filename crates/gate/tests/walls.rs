//! What the types forbid: each program under `walls/` must not compile, for the reason in its `.stderr`.

#[test]
fn nobody_gets_around_the_gate() {
    trybuild::TestCases::new().compile_fail("tests/walls/*.rs");
}
