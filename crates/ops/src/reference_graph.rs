use rinfra_config::Config;

/// Renders what refers to what in a configuration, in the DOT language of Graphviz.
pub fn reference_graph(config: &Config) -> String {
    config.references().to_dot()
}
