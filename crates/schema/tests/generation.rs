//! Configuration written for objects that have none.

#[expect(dead_code, reason = "other tests use the rest of it")]
mod support;

use std::sync::Arc;

use rinfra_lang::functions::{FunctionContext, Functions};
use rinfra_lang::{Scope, files::MemoryFiles, format, syntax};
use rinfra_schema::{Attribute, Block, NestedBlock, Nesting, decode, generation};
use rinfra_value::{Marks, Path, Type, Value};
use serde_json::json;

use support::object;

/// Compares the arguments of an object, which are laid out already and say of the object what they say of it.
fn check(block: &Block, object: &Value, expected: &str) {
    let arguments = generation::arguments(block, object);
    let file = generation::resource("thing", "it", None, &arguments);
    assert_eq!(file, format!("resource \"thing\" \"it\" {{\n{expected}}}"));
    assert_eq!(format(&Arc::from("main.tf"), &file).expect("what is generated can be laid out"), file);
    let (body, found) = syntax::parse_native(&Arc::from("main.tf"), &arguments);
    assert!(found.is_empty(), "{found}");
    let functions = Functions::standard(FunctionContext::new(Arc::new(MemoryFiles::new()), "."));
    let (_, found) = decode::decode(&body, block, &Scope::new(&functions));
    let wrong: Vec<_> = found.iter().filter(|it| it.is_error()).collect();
    assert!(wrong.is_empty(), "{wrong:?}\n{arguments}");
}

#[test]
fn attributes_are_what_a_person_may_set() {
    let block = Block::new()
        .attribute("id", Attribute::optional_computed(Type::String))
        .attribute("arn", Attribute::computed(Type::String))
        .attribute("name", Attribute::required(Type::String))
        .attribute("size", Attribute::optional(Type::Number))
        .attribute("on", Attribute::optional(Type::Bool))
        .attribute("zone", Attribute::optional_computed(Type::String))
        .attribute("empty", Attribute::optional(Type::String))
        .attribute("missing", Attribute::optional_computed(Type::list(Type::String)))
        .attribute("old", Attribute::optional(Type::String).deprecated("use name"))
        .attribute("secret", Attribute::optional(Type::String).sensitive());
    let thing = object(
        &block,
        &json!({
            "id": "i-1", "arn": "arn:x", "name": "a \"b\" ${c}\n%{d}", "size": 1.50, "on": true, "zone": "z",
            "empty": "", "old": "x", "secret": "hush",
        }),
    );
    check(
        &block,
        &thing,
        r#"  empty   = null
  missing = null
  name    = "a \"b\" $${c}\n%%{d}"
  on      = true
  secret  = null # sensitive
  size    = 1.5
  zone    = "z"
"#,
    );
    let marked = thing.mark_paths(&[(Path::root().attribute("zone"), Marks::SENSITIVE)]);
    assert!(generation::arguments(&block, &marked).ends_with("zone    = null # sensitive\n"));
}

#[test]
fn collections_and_texts_that_hold_json() {
    let block = Block::new()
        .attribute("any", Attribute::optional(Type::Dynamic))
        .attribute("list", Attribute::optional(Type::list(Type::String)))
        .attribute("none", Attribute::optional(Type::set(Type::String)))
        .attribute("policy", Attribute::optional(Type::String))
        .attribute("tags", Attribute::optional(Type::map(Type::String)))
        .attribute("text", Attribute::optional(Type::String));
    let thing = object(
        &block,
        &json!({
            "list": ["a", "b"], "none": [], "tags": {"Name": "x", "a b": "y", "aws:z": "" }, "text": "12",
            "policy": "{\"Statement\":[{\"Effect\":\"Allow\",\"Resource\":\"*\"}],\"Version\":\"2012-10-17\"}",
        }),
    );
    check(
        &block,
        &thing,
        r#"  any  = null
  list = ["a", "b"]
  none = []
  policy = jsonencode({
    Statement = [{
      Effect   = "Allow"
      Resource = "*"
    }]
    Version = "2012-10-17"
  })
  tags = {
    Name    = "x"
    "a b"   = "y"
    "aws:z" = ""
  }
  text = "12"
"#,
    );
}

#[test]
fn objects_whose_members_have_a_schema() {
    let members = Arc::new(
        Block::new()
            .attribute("arn", Attribute::computed(Type::String))
            .attribute("key", Attribute::optional(Type::String))
            .attribute("secret", Attribute::optional(Type::String).sensitive()),
    );
    let ty = members.implied_type();
    let with_members = |ty: Type| Attribute { object: Some(Arc::clone(&members)), ..Attribute::optional(ty) };
    let block = Block::new()
        .attribute("by_name", with_members(Type::map(ty.clone())))
        .attribute("hidden", with_members(Type::map(ty.clone())).sensitive())
        .attribute("many", with_members(Type::list(ty.clone())))
        .attribute("no", with_members(ty.clone()))
        .attribute("one", with_members(ty));
    let one = json!({"arn": "a", "key": "k", "secret": "s"});
    let thing = object(&block, &json!({"many": [one, one], "one": one}));
    let by_name = thing.attribute("one").unwrap().clone();
    let mut members = thing.entries().unwrap().to_map();
    let map = Value::map(by_name.ty().clone(), [("a b".into(), by_name)]);
    members.insert("by_name".into(), map.clone());
    members.insert("hidden".into(), map);
    check(
        &block,
        &Value::object(members),
        r#"  by_name = {
    "a b" = {
      arn    = "a"
      key    = "k"
      secret = null # sensitive
    }
  }
  hidden = {} # sensitive
  many = [
    {
      arn    = "a"
      key    = "k"
      secret = null # sensitive
    },
    {
      arn    = "a"
      key    = "k"
      secret = null # sensitive
    },
  ]
  no = null
  one = {
    arn    = "a"
    key    = "k"
    secret = null # sensitive
  }
"#,
    );
}

#[test]
fn blocks_of_every_nesting() {
    let inner = || Block::new().attribute("deep", Attribute::optional(Type::Bool));
    let content = || {
        Block::new()
            .attribute("id", Attribute::optional_computed(Type::String))
            .attribute("label", Attribute::required(Type::String))
            .block("inner", NestedBlock::new(Nesting::List, inner()))
    };
    let old =
        NestedBlock { deprecated: Some("use list".to_owned()), ..NestedBlock::new(Nesting::List, content()) };
    let block = Block::new()
        .block("absent", NestedBlock::new(Nesting::Single, content()))
        .block("list", NestedBlock::new(Nesting::List, content()))
        .block("old", old)
        .block("set", NestedBlock::new(Nesting::Set, content()))
        .block("single", NestedBlock::new(Nesting::Single, content()));
    let one = json!({"label": "a", "inner": [{"deep": true}, {}]});
    let thing = object(
        &block,
        &json!({"list": [one, {"label": "b"}], "old": [one], "set": [{"label": "c", "id": "i"}], "single": one}),
    );
    check(
        &block,
        &thing,
        r#"  list {
    id    = null
    label = "a"
    inner {
      deep = true
    }
    inner {
      deep = null
    }
  }
  list {
    id    = null
    label = "b"
  }
  set {
    id    = "i"
    label = "c"
  }
  single {
    id    = null
    label = "a"
    inner {
      deep = true
    }
    inner {
      deep = null
    }
  }
"#,
    );
    let list = Path::root().attribute("list");
    let marked = thing.mark_paths(&[(list, Marks::SENSITIVE)]);
    assert!(generation::arguments(&block, &marked).starts_with("list {} # sensitive\nset {\n"));
}

#[test]
fn blocks_with_labels() {
    let content = Block::new().attribute("on", Attribute::optional(Type::Bool));
    let nested = NestedBlock::new(Nesting::Map, content.clone());
    let block = Block::new().block("by_name", nested);
    let one = object(&content, &json!({"on": true}));
    let map = Value::map(one.ty().clone(), [("a \"b\"".into(), one)]);
    let thing = Value::object([("by_name", map)]);
    check(&block, &thing, "  by_name \"a \\\"b\\\"\" {\n    on = true\n  }\n");
}

#[test]
fn the_provider_is_named_where_the_type_does_not_tell() {
    assert_eq!(
        generation::resource("thing", "it", Some("thing.west"), "  a = 1\n"),
        "resource \"thing\" \"it\" {\n  provider = thing.west\n  a        = 1\n}"
    );
    assert_eq!(generation::resource("thing", "it", None, ""), "resource \"thing\" \"it\" {\n}");
}
