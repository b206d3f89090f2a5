//! Names of hosts, as variables of the environment can hold them.

/// Returns the names of the variables that may hold the token for a host: dots become underscores, and dashes,
/// which shells do not allow either, two of them.
pub(crate) fn token_variables(host: &str) -> Vec<String> {
    let name = host.split(':').next().unwrap_or_default();
    let dashed = format!("TF_TOKEN_{}", name.replace('.', "_"));
    let underscored = format!("TF_TOKEN_{}", name.replace('-', "__").replace('.', "_"));
    if dashed == underscored { vec![dashed] } else { vec![underscored, dashed] }
}
