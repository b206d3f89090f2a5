use std::sync::Arc;

use rinfra_lang::files::MemoryFiles;
use rinfra_lang::functions::{FunctionContext, Functions};

/// Everything of the language that is spelled out and holds no space, but for the names of functions.
const SPELLED: &str = r#"for in if else endif endfor true false null ... => == != <= >= && || [*] .* .0 ${ %{ ~} ${~ %{~
$${ %%{ # // /* */ \n \u00e9 \U0001F600 \" é 👩‍👩‍👧 1e1000000 1e-400 0.1 9223372036854775807 18446744073709551616 -1 %d %#v
%[2]*.3f (?i) \\p{Greek} 2026-01-01T00:00:00Z 10.0.0.0/8 fd00::/8 resource data variable locals output module provider
terraform moved removed import check ephemeral lifecycle dynamic content iterator labels provisioner local-exec
connection required_version required_providers backend count for_each depends_on providers source version type default
description sensitive nullable validation condition error_message value precondition postcondition
create_before_destroy prevent_destroy ignore_changes replace_triggered_by enabled deprecated terraform_data mem_thing
input triggers_replace each.key each.value count.index self.id var. local. path.module terraform.workspace string number
bool any list( set( map( object({ tuple([ optional( "//" ./m from to id destroy all try( can("#;

/// What holds a space, or begins a file of a configuration.
const SPACED: [&str; 9] = [
    "<<EOT\n",
    "<<-EOT\n",
    "\nEOT\n",
    "\r\n",
    "--- main.tf.json\n",
    "--- terraform.tfvars\n",
    "--- terraform.tfvars.json\n",
    "--- override.tf\n",
    "--- m/main.tf\n",
];

/// Returns the words a mutation may put in.
pub fn words() -> Vec<String> {
    let functions = Functions::standard(FunctionContext::new(Arc::new(MemoryFiles::new()), "."));
    let calls = functions.names().map(|name| format!("{name}("));
    SPELLED.split_whitespace().chain(SPACED).map(str::to_owned).chain(calls).collect()
}
