//! What is generated and committed is what the generator makes today.

use carillon_house_tests::proto;

#[test]
fn the_rust_of_the_protobuf_contracts_is_up_to_date() {
    let (now, then) = (proto::generate(), proto::committed());
    assert!(!now.is_empty(), "crates/proto holds no contract");
    assert!(now.keys().eq(then.keys()), "{}: {:?} should be {:?}; cargo xtask codegen", proto::COMMITTED, then.keys(), now.keys());
    for (name, text) in now {
        assert!(then[&name] == text, "{}/{name} is not what its .proto file says; cargo xtask codegen", proto::COMMITTED);
    }
}
