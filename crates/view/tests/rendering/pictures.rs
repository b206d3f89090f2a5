//! Pictures of configurations and plans, in every format.

use std::path::Path;

use insta::assert_snapshot;
use rinfra_change::{Action, ExecutionGraph, Opcode, OperationNode, Plan, ResourceChange};
use rinfra_config::Config;
use rinfra_lang::files::MemoryFiles;
use rinfra_state::State;
use rinfra_view::{Evaluation, Picture, evaluation_graph, plan_picture, resource_graph};

use crate::fixture::{catalogue, change, in_region, plan};
use crate::pages::assert_balanced;
use crate::plans::{at, simple};
use crate::terraform::recorded;

fn config(files: &[(&str, &str)]) -> Config {
    let mut all = MemoryFiles::new();
    files.iter().for_each(|(name, text)| all.insert(name, *text));
    let loaded = rinfra_config::load(&all, Path::new(""));
    assert!(loaded.diagnostics.is_empty(), "{:?}", loaded.diagnostics);
    loaded.config
}

#[test]
fn graphs_of_configurations_are_terraforms() {
    let [main, module, inner] = ["main", "m", "inner"].map(|it| recorded(&format!("graph/{it}.tf")));
    let config = config(&[("main.tf", &main), ("m/main.tf", &module), ("m/inner/main.tf", &inner)]);
    assert_eq!(resource_graph(&config, None).dot(), recorded("graph/resources.dot"));
    assert_eq!(evaluation_graph(&config, Evaluation::Planning), recorded("graph/plan.dot"));
    assert_eq!(evaluation_graph(&config, Evaluation::Applying), recorded("graph/apply.dot"));
    assert_eq!(resource_graph(&self::config(&[("main.tf", "")]), None).dot(), recorded("graph/none.dot"));
}

#[test]
fn what_the_state_holds_and_what_is_imported_is_there() {
    let state = r#"{"version": 4, "terraform_version": "1.11.4", "serial": 3, "lineage": "l", "outputs": {}, "check_results": null,
        "resources": [{"module": "module.m[0]", "mode": "managed", "type": "house", "name": "old", "provider": "provider[\"test/house\"]",
        "instances": [{"schema_version": 1, "attributes": {"id": "h"}}, {"index_key": 1, "schema_version": 1, "attributes": {"id": "h"}}]}]}"#;
    let state = State::parse(state.as_bytes()).unwrap();
    let config = config(&[("main.tf", "import {\n  to = house.new\n  id = \"h\"\n}\n")]);
    let json = resource_graph(&config, Some(&state)).json();
    let addresses: Vec<_> =
        json["nodes"].as_array().unwrap().iter().map(|it| it["address"].as_str()).collect();
    assert_eq!(addresses, [Some("house.new"), Some("module.m.house.old")]);
}

#[test]
fn cycles_are_drawn_in_red() {
    let config = config(&[("main.tf", "locals {\n  a = local.b\n  b = local.a\n  c = local.a\n}\n")]);
    let dot = evaluation_graph(&config, Evaluation::Planning);
    let red = "[color = \"red\", penwidth = \"2.0\"]\n";
    assert_eq!(dot.matches(red).count(), 2, "{dot}");
    assert!(
        dot.contains(&format!("\"[root] local.a (expand)\" -> \"[root] local.b (expand)\" {red}")),
        "{dot}"
    );
}

#[test]
fn regions_of_configurations_are_those_that_are_written() {
    let text = r#"
provider "house" {
  region = "eu-west-1"
}
provider "house" {
  alias  = "variable"
  region = var.region
}
variable "region" {
}
resource "castle" "here" {
  provider = house
}
resource "castle" "there" {
  provider = house
  region   = "us-east-1"
}
resource "castle" "somewhere" {
  provider = house
  region   = var.region
}
resource "house" "everywhere" {
}
resource "house" "anywhere" {
  provider = house.variable
}
resource "terraform_data" "nowhere" {
}
"#;
    let required =
        "terraform {\n  required_providers {\n    house = {\n      source = \"test/house\"\n    }\n  }\n}\n";
    let config = config(&[("main.tf", text), ("terraform.tf", required)]);
    let json = rinfra_view::configuration_picture(&config, None, &catalogue()).json();
    let nodes = json["nodes"].as_array().unwrap().iter();
    let places: Vec<String> =
        nodes.map(|it| format!("{} {}", it["address"].as_str().unwrap(), it["region"])).collect();
    assert_eq!(
        places,
        [
            "castle.somewhere null",
            "house.anywhere null",
            "terraform_data.nowhere null",
            "castle.here \"eu-west-1\"",
            "castle.there \"us-east-1\"",
            "house.everywhere \"global\"",
        ]
    );
}

/// A plan with steps; each waits for those before it that are named.
fn with_steps(changes: Vec<ResourceChange>, steps: &[(Opcode, usize, &[usize])]) -> Plan {
    let mut graph = ExecutionGraph::default();
    for (position, (opcode, change, awaited)) in steps.iter().enumerate() {
        let address = changes[*change].address.clone();
        graph.nodes.push(OperationNode { opcode: *opcode, address, change: *change });
        graph.edges.extend(awaited.iter().map(|it| (position, *it)));
    }
    Plan { graph, ..plan(changes) }
}

/// Two Regions, a module in one of them, instances that are bundled, a replacement, data that is lost, and a key that
/// is hostile to every format.
fn varied() -> Plan {
    let one = || Some(simple("one"));
    let create = |address: &str| in_region(at(change(Action::Create, None, one()), address), "us-east-1");
    let evil = "house.e[\"</text><script>alert(`1`)</script>\\n\\\\ # ; --> %% \\\"]\"]";
    let changes = vec![
        create("house.first"),
        create("module.m[\"a\"].house.many[0]"),
        create("module.m[\"a\"].house.many[1]"),
        in_region(at(change(Action::DeleteThenCreate, one(), one()), "archive.kept"), "eu-west-1"),
        at(change(Action::Update, one(), one()), evil),
        in_region(at(change(Action::Read, None, one()), "data.house.seen"), "eu-west-1"),
        ResourceChange {
            deposed: Some("0badcafe".to_owned()),
            ..in_region(at(change(Action::Delete, one(), None), "house.first"), "us-east-1")
        },
    ];
    with_steps(
        changes,
        &[
            (Opcode::Create, 0, &[]),
            (Opcode::Create, 1, &[0]),
            (Opcode::Create, 2, &[0]),
            (Opcode::Join, 1, &[1, 2]),
            (Opcode::Delete, 3, &[]),
            (Opcode::Create, 3, &[4, 3]),
            (Opcode::Update, 4, &[5, 0]),
            (Opcode::Read, 5, &[6]),
            (Opcode::Delete, 6, &[]),
        ],
    )
}

fn picture() -> Picture {
    plan_picture(&varied(), &catalogue())
}

#[test]
fn plans_are_drawn_for_graphviz() {
    assert_snapshot!("picture_dot", picture().dot());
}

#[test]
fn plans_are_drawn_for_mermaid() {
    let chart = picture().mermaid();
    assert!(!chart.contains('<') && !chart.contains('`'), "{chart}");
    assert_snapshot!("picture_mermaid", chart);
}

#[test]
fn pictures_are_data() {
    assert_snapshot!("picture_json", format!("{:#}", picture().json()));
}

#[test]
fn plans_are_drawn() {
    let svg = picture().svg();
    assert_balanced(&without(&svg, "style"));
    assert!(!svg.contains("<script"), "{svg}");
    let (_, drawn) = svg.split_once("</style>").unwrap();
    assert_snapshot!("picture_svg", drawn);
}

#[test]
fn plans_are_drawn_as_pages() {
    let page = picture().html();
    assert_balanced(&page);
    assert_eq!(page.matches("<script").count(), 1, "{page}");
    for expected in [
        "<details class=\"region-box\" open>\n<summary>us-east-1<span class=\"size green\">+3</span><span class=\"size red\">-1</span></summary>",
        "<summary>module.m[&quot;a&quot;]<span class=\"size green\">+2</span></summary>",
        "<li>module.m[&quot;a&quot;].house.many[1]</li>",
        "class=\"node managed red loss\"",
        "data-about=\"destroy what is replaced, with the data it holds, eu-west-1\"",
        "<b>+</b>archive.kept (new)</a><span class=\"needs\"> waits for <a href=\"#n",
    ] {
        assert!(page.contains(expected), "{expected}: {page}");
    }
    for foreign in ["http:", "https:", "src=", "url(", "@import"] {
        // The name of a namespace is no address.
        assert!(!page.replace("http://www.w3.org/2000/svg", "").contains(foreign), "{foreign}");
    }
}

#[test]
fn plans_without_steps_are_pictures_too() {
    let check = |plan: &Plan, expected: &str| {
        let picture = plan_picture(plan, &catalogue());
        assert_balanced(&picture.html());
        assert!(picture.svg().contains(expected) && picture.html().contains(expected));
        assert_eq!(picture.json()["remarks"][0], expected);
    };
    check(&plan(Vec::new()), "The plan has no steps: no object changes.");
    check(&Plan { errored: true, ..plan(Vec::new()) }, "The plan failed, so it has no steps.");
}

#[test]
fn what_is_too_much_for_a_picture_is_condensed() {
    let module = |number: usize, count: usize| {
        let resource = |it| {
            format!(
                "resource \"house\" \"r{it}\" {{\n  name = {}\n}}\n",
                if it > 0 { format!("house.r{}.id", it - 1) } else { "null".to_owned() }
            )
        };
        (format!("m{number}/main.tf"), (0..count).map(resource).collect::<String>())
    };
    let drawn = |modules: usize, count: usize| {
        let calls: String =
            (0..modules).map(|it| format!("module \"m{it}\" {{\n  source = \"./m{it}\"\n}}\n")).collect();
        let mut files: Vec<_> = (0..modules).map(|it| module(it, count)).collect();
        files.push(("main.tf".to_owned(), calls));
        let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        resource_graph(&config(&files), None)
    };
    let shown = |svg: &str| svg.matches("<g class=\"node").count();
    let some = drawn(3, 10);
    assert_eq!((shown(&some.svg()), some.mermaid().matches("-->").count()), (30, 27));
    let many = drawn(4, 200);
    let svg = many.svg();
    assert_eq!(shown(&svg), 4);
    assert!(svg.contains("800 nodes and 796 edges do not fit") && svg.contains("module.m3 ×200"), "{svg}");
    assert!(many.mermaid().contains("n3[\"module.m3 ×200\"]"));
    assert_eq!(many.json()["nodes"].as_array().map(Vec::len), Some(800));
    // What is not to be seen at once is folded.
    assert_eq!((many.html().matches("<details").count(), many.html().matches(" open>").count()), (4, 0));
    assert_eq!(some.html().matches(" open>").count(), 3);
    assert_eq!(many.html().matches("class=\"node").count(), 800);
}

#[test]
fn instances_of_modules_become_one_before_modules_do() {
    let changes: Vec<_> = (0..700)
        .map(|it| at(change(Action::Create, None, Some(simple("one"))), &format!("module.m[{it}].house.h")))
        .collect();
    let steps: Vec<_> = (0..700).map(|it| (Opcode::Create, it, [].as_slice())).collect();
    let svg = plan_picture(&with_steps(changes, &steps), &catalogue()).svg();
    assert!(svg.contains(">module.m[*]</text>") && svg.contains(">house.h ×700</text>"), "{svg}");
}

/// Returns a text without an element and what is in it.
fn without(text: &str, element: &str) -> String {
    let (before, rest) = text.split_once(&format!("<{element}>")).unwrap();
    let (_, after) = rest.split_once(&format!("</{element}>")).unwrap();
    format!("{before}{after}")
}

#[test]
fn pictures_do_not_depend_on_the_order_of_steps() {
    let plan = varied();
    let count = plan.graph.nodes.len();
    let mut turned = plan.clone();
    turned.graph.nodes.reverse();
    turned
        .graph
        .edges
        .iter_mut()
        .for_each(|(one, other)| (*one, *other) = (count - 1 - *one, count - 1 - *other));
    turned.graph.edges.reverse();
    let of = |plan: &Plan| plan_picture(plan, &catalogue());
    assert_eq!(of(&plan).html(), of(&turned).html());
    assert_eq!(of(&plan).svg(), of(&turned).svg());
    assert_eq!(of(&plan).json(), of(&turned).json());
}
