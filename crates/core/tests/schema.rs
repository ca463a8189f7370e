//! The published JSON Schema of the context package is the one that the types give.

use std::{fs, path::Path};

use segue_core::context::ContextPackage;

#[test]
fn the_published_schema_is_the_types_own() {
    let schema = schemars::schema_for!(ContextPackage);
    let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schema/context-1.json");
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let published = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(published, text, "run with UPDATE_SNAPSHOTS=1 if the change is meant and compatible");
}
