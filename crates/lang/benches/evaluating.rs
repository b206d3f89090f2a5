//! Evaluating expressions over more and more elements: time has to grow as the elements do.

use std::sync::Arc;

use criterion::{BenchmarkId, Criterion, Throughput};
use rinfra_diag::Position;
use rinfra_lang::files::MemoryFiles;
use rinfra_lang::functions::{FunctionContext, Functions};
use rinfra_lang::{Scope, evaluate, syntax};
use rinfra_value::Value;

/// The expressions; `numbers` are as many numbers as the bench says, `objects` as many objects made of them.
const EXPRESSIONS: &[(&str, &str)] = &[
    ("list", "[for it in numbers : it + 1]"),
    ("filter", "[for index, it in numbers : it if index % 2 == 0]"),
    ("object", "{ for it in objects : it.name => it.number }"),
    ("grouping", "{ for it in objects : it.number % 100 => it.name... }"),
    ("template", "[for it in objects : \"${it.name}-${it.number}\"]"),
    ("directive", "\"%{ for it in objects }${it.name}%{ endfor }\""),
    ("splat", "objects[*].name"),
    ("flatten", "flatten([for it in numbers : [it, it]])"),
    ("merge", "merge([for it in objects : { (it.name) = it.number }]...)"),
    ("concat", "concat([for it in numbers : [it]]...)"),
    ("setproduct", "setproduct(objects[*].name, [1, 2])"),
    ("toset", "toset(objects[*].name)"),
    ("distinct", "distinct(numbers)"),
    ("jsonencode", "jsonencode(objects)"),
    ("join", "join(\",\", objects[*].name)"),
];

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let functions = Functions::standard(FunctionContext::new(Arc::new(MemoryFiles::new()), "."));
    for (name, text) in EXPRESSIONS {
        let expression = syntax::parse_expression(&"bench".into(), text, Position::START);
        let expression = expression.unwrap_or_else(|it| panic!("{it}"));
        let mut group = criterion.benchmark_group(*name);
        group.sample_size(10);
        for size in [1_000, 10_000, 100_000] {
            let mut scope = Scope::new(&functions);
            scope.set("numbers", Value::tuple((0..size).map(number).collect()));
            scope.set("objects", Value::tuple((0..size).map(object).collect()));
            group.throughput(Throughput::Elements(size as u64));
            group.bench_function(BenchmarkId::from_parameter(size), |bencher| {
                bencher.iter(|| evaluate(&expression, &scope).unwrap_or_else(|it| panic!("{it}")));
            });
        }
        group.finish();
    }
    criterion.final_summary();
}

fn number(index: usize) -> Value {
    Value::number(index)
}

fn object(index: usize) -> Value {
    Value::object([("name", Value::string(format!("name-{index}"))), ("number", number(index))])
}
