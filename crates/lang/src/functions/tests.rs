//! Calls through the evaluator, as configurations make them.

use std::sync::Arc;

use rinfra_diag::Position;
use rinfra_value::{Marks, Type, Value};

use super::json::encode;
use super::{FunctionContext, Functions, World};
use crate::files::MemoryFiles;
use crate::{Scope, evaluate, syntax};

struct FixedWorld;

impl World for FixedWorld {
    fn now(&self) -> i64 {
        1_700_000_000
    }

    fn randomise(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

fn functions() -> Functions {
    let files = MemoryFiles::from_iter([
        ("hello.txt", "Hello!\n".as_bytes()),
        ("binary", &[0xFF]),
        ("greeting.tftpl", "Hello ${name}${more ? \"!\" : \"\"}".as_bytes()),
        ("nested.tftpl", "${templatefile(\"greeting.tftpl\", {})}".as_bytes()),
        ("d/a.json", "{}".as_bytes()),
    ]);
    let mut context = FunctionContext::new(Arc::new(files), ".");
    context.working_dir = "/work".into();
    context.home_dir = Some("/home/me".into());
    context.plan_timestamp = Some("2023-11-14T00:00:00Z".into());
    context.world = Some(Arc::new(FixedWorld));
    Functions::standard(context)
}

/// Evaluates with an unknown string, a sensitive and an ephemeral one in scope.
fn run(text: &str) -> Result<Value, String> {
    let functions = functions();
    let mut scope = Scope::new(&functions);
    scope.set("unknown", Value::unknown(Type::String));
    scope.set("unknowns", Value::unknown(Type::list(Type::String)));
    scope.set("secret", Value::string("s").with_marks(Marks::SENSITIVE));
    scope.set("fleeting", Value::string("f").with_marks(Marks::EPHEMERAL));
    let expression = syntax::parse_expression(&Arc::from("test"), text, Position::START).unwrap();
    evaluate(&expression, &scope)
        .map_err(|diagnostics| diagnostics.iter().map(|it| it.detail.clone()).collect::<Vec<_>>().join("\n"))
}

fn check(text: &str, expected: &str) {
    let value = run(text).unwrap_or_else(|error| panic!("{text} fails: {error}"));
    assert!(value.marks_deep().is_empty(), "{text} is marked");
    assert_eq!(encode(&value).unwrap(), expected, "for {text}");
}

fn check_error(text: &str, part: &str) {
    let error = run(text).expect_err(text);
    assert!(error.contains(part), "{text} fails with {error:?}, not {part:?}");
}

fn check_unknown(text: &str, ty: &str) {
    let value = run(text).unwrap();
    assert!(!value.is_known(), "{text} is known");
    assert_eq!(value.ty().to_string(), ty, "for {text}");
}

fn check_marks(text: &str, marks: Marks, deep: Marks) {
    let value = run(text).unwrap();
    assert_eq!((value.marks(), value.marks_deep()), (marks, deep), "for {text}");
}

#[test]
fn numbers() {
    check("[abs(-1.5), ceil(1.2), floor(-1.2), signum(-3)]", "[1.5,2,-2,-1]");
    check("[max(1, \"10\", 9), min(2, 1), pow(2, 10), log(8, 2), sum([0.1, 0.2])]", "[10,1,1024,3,0.3]");
    check("[parseint(\"ff\", 16), parseint(\"-zz\", 36)]", "[255,-1295]");
    check_error("max()", "must pass at least one number");
    check_error("sum([])", "cannot sum an empty list");
    check_error("parseint(\"12\", 2)", "cannot parse \"12\" as a base 2 integer");
}

#[test]
fn texts() {
    check("[upper(\"ab\"), lower(\"AB\"), title(\"a b\"), strrev(\"abc\")]", r#"["AB","ab","A B","cba"]"#);
    check(
        "[substr(\"hello\", -3, 2), trim(\"xax\", \"x\"), chomp(\"a\\n\"), trimspace(\" a \")]",
        r#"["ll","a","a","a"]"#,
    );
    check("[join(\"-\", [1, \"b\"], [true]), indent(2, \"a\\nb\")]", r#"["1-b-true","a\n  b"]"#);
    check(
        "[split(\",\", \"a,b\"), startswith(\"ab\", \"a\"), endswith(\"ab\", \"a\")]",
        r#"[["a","b"],true,false]"#,
    );
    check("[replace(\"a.b\", \".\", \"-\"), replace(\"ab\", \"/(a)/\", \"($1)\")]", r#"["a-b","(a)b"]"#);
    check("[regex(\"(a)(z)?\", \"ab\"), regexall(\"[a-z]\", \"a1b\")]", r#"[["a",null],["a","b"]]"#);
    check(
        "[format(\"%05.1f|%-4s|%q\", 3.14159, \"a\", \"b\"), formatlist(\"%s!\", [\"a\", \"b\"])]",
        r#"["003.1|a   |\"b\"",["a!","b!"]]"#,
    );
    check_error("indent(-1, \"a\")", "must not be negative");
    check_error("indent(1e9, \"a\\nb\")", "too long");
    check_error("regex(\"b\", \"a\")", "did not match");
    check_error("format(\"%d\", \"x\")", "a number is required");
}

#[test]
fn collections() {
    check(
        "[length(\"né\"), length([1]), element([\"a\", \"b\"], 3), index([\"a\", \"b\"], \"b\")]",
        r#"[2,1,"b",1]"#,
    );
    check(
        "[concat([1], [\"a\"]), flatten([[1], [[2]]]), slice([1, 2, 3], 1, 2), reverse([1, 2])]",
        r#"[[1,"a"],[1,2],[2],[2,1]]"#,
    );
    check(
        "[distinct([1, \"1\", 2]), compact([\"a\", \"\"]), sort([\"b\", \"a\"]), range(1, 6, 2)]",
        r#"[["1","2"],["a"],["a","b"],[1,3,5]]"#,
    );
    check(
        "[keys({b = 1, a = 2}), values({b = 1, a = 2}), merge({a = 1}, {a = 2, b = 3})]",
        r#"[["a","b"],[2,1],{"a":2,"b":3}]"#,
    );
    check(
        "[lookup({a = 1}, \"b\", 2), zipmap([\"a\"], [1]), transpose({a = [\"x\"]})]",
        r#"[2,{"a":1},{"x":["a"]}]"#,
    );
    check(
        "[setunion([\"b\"], [\"a\"]), setintersection([1, 2], [2]), setsubtract([1, 2], [2])]",
        r#"[["a","b"],[2],[1]]"#,
    );
    check(
        "[setproduct([\"a\", \"b\"], [1]), chunklist([1, 2, 3], 2), one([5]), one([])]",
        r#"[[["a",1],["b",1]],[[1,2],[3]],5,null]"#,
    );
    check(
        "[coalesce(null, \"\", \"a\"), coalescelist([], [1]), alltrue([]), anytrue([])]",
        r#"["a",[1],true,false]"#,
    );
    check("[contains([1], 1), matchkeys([1, 2], [\"x\", \"y\"], [\"y\"])]", "[true,[2]]");
    check_error("range(1025)", "more than 1024 values");
    check_error("element([], 0)", "empty list");
    check_error("slice([1], 0, 2)", "must not be greater than the length");
    check_error("lookup({}, \"a\")", "has no attribute \"a\"");
    check_error("setproduct(range(1000), range(1000), range(1000))", "combinations");
}

#[test]
fn functions_of_long_ago() {
    check_error("list()", "use tolist([ ... ]) syntax");
    check_error("list(1, null)", "no longer available");
    check_error("map(\"a\", 1)", "use tomap({ ... }) syntax");
}

#[test]
fn networks() {
    check("[cidrhost(\"10.0.0.0/24\", -1), cidrnetmask(\"10.0.0.0/12\")]", r#"["10.0.0.255","255.240.0.0"]"#);
    check(
        "[cidrsubnet(\"10.0.0.0/16\", 8, 2), cidrsubnet(\"fd00::/8\", 8, 1)]",
        r#"["10.0.2.0/24","fd01::/16"]"#,
    );
    check("cidrsubnets(\"10.1.0.0/16\", 4, 4, 8)", r#"["10.1.0.0/20","10.1.16.0/20","10.1.32.0/24"]"#);
    check_error("cidrsubnet(\"10.0.0.0/16\", 8, 256)", "does not accommodate");
    check_error("cidrsubnets(\"10.0.0.0/24\", 1, 1, 1)", "not enough remaining address space");
    check_error("cidrhost(\"10.0.0.0\", 1)", "invalid CIDR address");
}

#[test]
fn encodings() {
    check("[base64encode(\"é\"), base64decode(\"w6k=\"), urlencode(\"a b\")]", r#"["w6k=","é","a+b"]"#);
    check(
        "[md5(\"\"), sha1(\"\")]",
        r#"["d41d8cd98f00b204e9800998ecf8427e","da39a3ee5e6b4b0d3255bfef95601890afd80709"]"#,
    );
    check("base64sha256(\"\")", r#""47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=""#);
    check("uuidv5(\"dns\", \"www.terraform.io\")", r#""a5008fae-b28c-5ba5-96cd-82b4c53552d6""#);
    check("textdecodebase64(textencodebase64(\"é\", \"UTF-16LE\"), \"UTF-16LE\")", r#""é""#);
    check("jsondecode(jsonencode({a = [1, null]}))", r#"{"a":[1,null]}"#);
    check("yamldecode(yamlencode({a = [1, null]}))", r#"{"a":[1,null]}"#);
    check("csvdecode(\"a\\n1\")", r#"[{"a":"1"}]"#);
    check_error("base64decode(\"YQ\")", "failed to decode base64 data \"YQ\"");
    check_error("jsondecode(\"[\")", "EOF");
}

#[test]
fn files() {
    check(
        "[file(\"hello.txt\"), filebase64(\"binary\"), fileexists(\"no\")]",
        r#"["Hello!\n","/w==",false]"#,
    );
    check("[fileset(\"d\", \"*\"), basename(\"a/b\"), dirname(\"a/b\")]", r#"[["a.json"],"b","a"]"#);
    check(
        "[abspath(\"x\"), pathexpand(\"~/x\"), filemd5(\"d/a.json\") == md5(\"{}\")]",
        r#"["/work/x","/home/me/x",true]"#,
    );
    check("templatefile(\"greeting.tftpl\", {name = \"you\", more = true})", r#""Hello you!""#);
    check_error("file(\"missing\")", "no file exists at \"missing\"");
    check_error("file(\"binary\")", "not valid UTF-8");
    check_error("templatefile(\"greeting.tftpl\", {name = 1})", "does not contain key \"more\"");
    check_error("templatefile(\"nested.tftpl\", {})", "cannot recursively call templatefile");
    check_error("templatefile(\"greeting.tftpl\", {\"1\" = 1})", "invalid template variable name");
}

#[test]
fn times_and_chance() {
    check("[timestamp(), plantimestamp()]", r#"["2023-11-14T22:13:20Z","2023-11-14T00:00:00Z"]"#);
    check(
        "[formatdate(\"D MMM\", timestamp()), timeadd(timestamp(), \"1h\")]",
        r#"["14 Nov","2023-11-14T23:13:20Z"]"#,
    );
    check("timecmp(\"2023-01-01T00:00:00Z\", \"2023-01-01T01:00:00+01:00\")", "0");
    check("uuid()", r#""07070707-0707-0707-0707-070707070707""#);
    check("substr(bcrypt(\"pw\", 4), 0, 7)", r#""$2a$04$""#);
    check_error("timeadd(timestamp(), \"1d\")", "unknown unit");
    check_error("bcrypt(\"pw\", 32)", "outside allowed range");
}

#[test]
fn unknown_arguments_give_unknown_results() {
    check_unknown("upper(unknown)", "string");
    check_unknown("concat(unknowns, [1])", "dynamic");
    check_unknown("regex(\"(a)\", unknown)", "tuple([string])");
    check_unknown("merge({a = 1}, jsondecode(unknown))", "dynamic");
    check_unknown("compact([unknown])", "list(string)");
    check(
        "[length([unknown]), length(keys({a = unknown})), startswith(\"ab${unknown}\", \"b\")]",
        "[1,1,false]",
    );
    check("anytrue([unknown == \"x\", true])", "true");
}

#[test]
fn marks_follow_the_value() {
    let (none, sensitive) = (Marks::NONE, Marks::SENSITIVE);
    check_marks("upper(secret)", sensitive, sensitive);
    check_marks("concat([secret], [1])", none, sensitive);
    check_marks("element([secret, 1], 1)", none, none);
    check_marks("keys({a = secret})", none, none);
    check_marks("nonsensitive(secret)", none, none);
    check_marks("sensitive(fleeting)", sensitive | Marks::EPHEMERAL, sensitive | Marks::EPHEMERAL);
    check_marks("ephemeralasnull([fleeting, secret])", none, sensitive);
    check_error("base64decode(secret)", "(sensitive value)");
    check_error("tonumber(secret)", "this sensitive string");
}

#[test]
fn large_collections() {
    let functions = functions();
    let numbers = Value::list(Type::Number, (0..100_000).map(Value::number).collect());
    let nested = Value::list(numbers.ty().clone(), vec![numbers.clone(); 2]);
    let call =
        |name: &str, arguments: &[Value]| functions.get(name).unwrap().call(&functions, arguments).unwrap();
    assert_eq!(call("concat", &[numbers.clone(), numbers.clone()]).len(), Some(200_000));
    assert_eq!(call("flatten", &[nested]).len(), Some(200_000));
    assert_eq!(call("distinct", &[call("concat", &[numbers.clone(), numbers.clone()])]).len(), Some(100_000));
    assert_eq!(call("setunion", &[numbers.clone(), numbers.clone()]).len(), Some(100_000));
    let keys = call("formatlist", &[Value::string("k%d"), numbers.clone()]);
    let map = call("zipmap", &[keys, numbers]);
    assert_eq!(call("merge", &[map.clone(), map]).len(), Some(100_000));
}
