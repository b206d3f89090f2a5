use rinfra_change::{Opcode, Plan};

/// Renders the execution graph of a plan in the DOT language of Graphviz.
pub fn execution_graph(plan: &Plan) -> String {
    let name = |position: usize| {
        let node = &plan.graph.nodes[position];
        let opcode = match node.opcode {
            Opcode::Read => "read",
            Opcode::Create => "create",
            Opcode::Update => "update",
            Opcode::Delete => "delete",
            Opcode::Forget => "forget",
            Opcode::Join => "join",
        };
        format!("{opcode} {}", node.address)
    };
    let mut text =
        "digraph execution {\n  rankdir = \"RL\";\n  node [shape = rect, fontname = \"sans-serif\"];\n"
            .to_owned();
    for position in 0..plan.graph.nodes.len() {
        text.push_str(&format!("  n{position} [label = {:?}];\n", name(position)));
    }
    for (waiter, awaited) in &plan.graph.edges {
        text.push_str(&format!("  n{waiter} -> n{awaited};\n"));
    }
    text.push_str("}\n");
    text
}
