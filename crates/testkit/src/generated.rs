//! Configurations of any size, to see how time and memory grow with them.
//!
//! All of them are text, made when they are needed: no large file lies in the repository.

use std::fmt::Write as _;

/// The files of a configuration: names and texts.
pub type GeneratedFiles = Vec<(String, String)>;

/// Returns a root module of so many files, each with so many resources that refer to each other, to locals and to
/// variables: one of `mem_thing` after every three of `terraform_data`.
pub fn resources(files: usize, each: usize) -> GeneratedFiles {
    let shared = "variable \"region\" {\n  type    = string\n  default = \"eu-central-1\"\n}\n\nvariable \"tags\" {\n  \
                  type    = map(string)\n  default = { team = \"a\" }\n}\n";
    let mut all = vec![("variables.tf".to_owned(), shared.to_owned())];
    all.extend((0..files).map(|file| (format!("file{file:04}.tf"), file_of_resources(file, each))));
    all
}

fn file_of_resources(file: usize, resources: usize) -> String {
    let mut text = format!(
        r#"variable "size_{file}" {{
  type    = number
  default = {file}
}}

locals {{
  prefix_{file} = "app-{file}-${{var.region}}"
  names_{file}  = [for number in range(3) : "${{local.prefix_{file}}}-${{number}}"]
}}

"#
    );
    let mut before = "\"start\"".to_owned();
    for number in 0..resources {
        let resource = if number % 4 == 3 {
            let resource = format!("mem_thing.t_{file}_{number}");
            text += &format!(
                r#"resource "mem_thing" "t_{file}_{number}" {{
  name    = "${{local.prefix_{file}}}-{number}"
  size    = var.size_{file} * {number} + 1
  parent  = {before}
  related = [for name in local.names_{file} : upper(name) if name != ""]
  tags    = merge(var.tags, {{ "Name" = "t-{number}" }})

  key {{
    label = var.size_{file} > 10 ? "big" : "small"
  }}
}}

"#
            );
            format!("{resource}.endpoint")
        } else {
            text += &format!(
                r#"resource "terraform_data" "t_{file}_{number}" {{
  input = {{
    name   = "${{local.prefix_{file}}}-{number}"
    size   = var.size_{file} * {number} + 1
    names  = [for name in local.names_{file} : upper(name) if name != ""]
    tags   = merge(var.tags, {{ "Name" = "t-{number}" }})
    before = {before}
    kind   = var.size_{file} > 10 ? "big" : "small"
  }}

  lifecycle {{
    create_before_destroy = true
  }}
}}

"#
            );
            format!("terraform_data.t_{file}_{number}.id")
        };
        before = resource;
    }
    // Writing to a string cannot fail.
    let _ = writeln!(text, "output \"last_{file}\" {{\n  value = {before}\n}}");
    text
}

/// Returns a configuration with so many instances of one resource, made by `for_each`.
pub fn instances_by_key(count: usize) -> String {
    let side = square_root(count);
    format!(
        r#"locals {{
  numbers = flatten([for high in range({side}) : [for low in range({side}) : high * {side} + low]])
  things  = {{ for number in local.numbers : "n${{number}}" => {{ index = number, text = "value ${{number}}" }} if number < {count} }}
}}

resource "mem_thing" "many" {{
  for_each = local.things
  name     = upper(each.value.text)
  size     = each.value.index + 1
  tags     = {{ key = each.key }}
}}

output "many" {{
  value = length(mem_thing.many)
}}
"#
    )
}

/// Returns a configuration with so many instances of a resource made by `count`, and as many that refer to one each,
/// and to the first of them.
pub fn instances_by_count(count: usize) -> String {
    format!(
        r#"resource "mem_thing" "base" {{
  count = {count}
  name  = "base ${{count.index}}"
}}

resource "mem_thing" "leaf" {{
  count   = {count}
  name    = "leaf ${{count.index}}"
  parent  = mem_thing.base[count.index].id
  related = [mem_thing.base[0].name]
}}
"#
    )
}

/// Resources of many instances: every instance refers to the instance with the same key of the resource before, until
/// a new chain begins.
#[derive(Clone, Copy, Debug)]
pub struct Chains {
    /// How many resources there are.
    pub resources: usize,
    /// How many instances each of them has, 1,024 at most.
    pub instances: usize,
    /// How many resources make a chain.
    pub length: usize,
}

impl Chains {
    /// Returns the configuration.
    pub fn configuration(self) -> String {
        let keys = self.instances;
        let mut text =
            format!("locals {{\n  keys = toset([for number in range({keys}) : \"k${{number}}\"])\n}}\n");
        for number in 0..self.resources {
            let parent = match self.before(number) {
                Some(before) => format!("mem_thing.t{before}[each.key].id"),
                None => "null".to_owned(),
            };
            text += &format!(
                r#"
resource "mem_thing" "t{number}" {{
  for_each = local.keys
  name     = "t{number}-${{each.key}}"
  size     = {number}
  parent   = {parent}
  tags     = {{ Name = each.key, Layer = "{number}" }}
}}
"#
            );
        }
        text
    }

    /// Returns the resource a resource refers to.
    pub fn before(self, resource: usize) -> Option<usize> {
        (!resource.is_multiple_of(self.length)).then(|| resource - 1)
    }
}

/// Returns so many locals, each of which needs the one before.
pub fn chain_of_locals(length: usize) -> String {
    let links = (1..length).map(|it| format!("  v{it} = local.v{} + 1\n", it - 1)).collect::<String>();
    format!("locals {{\n  v0 = 0\n{links}}}\n\noutput \"last\" {{\n  value = local.v{}\n}}\n", length - 1)
}

/// Returns so many locals of which none needs another, and one that needs all.
pub fn separate_locals(count: usize) -> String {
    let all = (0..count).map(|it| format!("  v{it} = \"value ${{1 + {it}}}\"\n")).collect::<String>();
    let sum = (0..count).map(|it| format!("    local.v{it},\n")).collect::<String>();
    format!(
        "locals {{\n{all}  all = [\n{sum}  ]\n}}\n\noutput \"count\" {{\n  value = length(local.all)\n}}\n"
    )
}

/// Returns a configuration with so many instances of a module that has variables, a local, a resource and an output.
pub fn module_instances(count: usize) -> GeneratedFiles {
    let root = format!(
        r#"module "part" {{
  source = "./part"
  count  = {count}
  name   = "part ${{count.index}}"
  size   = count.index
}}

output "names" {{
  value = module.part[*].name
}}
"#
    );
    let part = r#"variable "name" {
  type = string
}

variable "size" {
  type = number
}

locals {
  title = upper(var.name)
}

resource "mem_thing" "thing" {
  name = local.title
  size = var.size
}

output "name" {
  value = mem_thing.thing.name
}
"#;
    vec![("main.tf".to_owned(), root), ("part/main.tf".to_owned(), part.to_owned())]
}

/// Returns the least number whose square is not less: `range` makes no more than 1,024 elements at a time.
fn square_root(number: usize) -> usize {
    (1..).find(|side| side * side >= number).unwrap_or(number)
}
