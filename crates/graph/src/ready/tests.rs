use super::*;

/// Nodes are named by a letter and their weight.
fn queue(pairs: &[(&'static str, &'static str)], alone: &[&'static str]) -> ReadyQueue<&'static str> {
    let mut graph: Graph<_> = pairs.iter().copied().collect();
    for node in alone {
        graph.add_node(*node);
    }
    ReadyQueue::new(&graph, |node| node[1..].parse().unwrap()).unwrap()
}

fn take_all(queue: &mut ReadyQueue<&'static str>) -> Vec<&'static str> {
    std::iter::from_fn(|| queue.next()).collect()
}

#[test]
fn the_longest_path_is_started_first() {
    let mut queue = queue(&[("z9", "a1"), ("y5", "b2"), ("x1", "y5")], &["c8", "d8"]);
    assert_eq!(take_all(&mut queue), ["a1", "b2", "c8", "d8"]);
    assert_eq!(queue.next(), None);
    assert!(!queue.is_finished());
    queue.complete(&"b2");
    assert_eq!(take_all(&mut queue), ["y5"]);
}

#[test]
fn a_node_waits_for_all_its_dependencies() {
    let mut queue = queue(&[("c1", "a1"), ("c1", "b1")], &[]);
    assert_eq!(queue.unstarted(), 3);
    assert_eq!(take_all(&mut queue), ["a1", "b1"]);
    queue.complete(&"a1");
    queue.complete(&"a1");
    assert_eq!(queue.next(), None);
    assert_eq!(queue.running().collect::<Vec<_>>(), [&"b1"]);
    queue.complete(&"b1");
    assert_eq!(queue.next(), Some("c1"));
    queue.complete(&"c1");
    assert!(queue.is_finished());
}

#[test]
fn what_depends_on_a_failure_is_skipped_once() {
    let mut queue = queue(&[("d1", "a1"), ("e9", "d1"), ("d1", "b1"), ("f1", "b1"), ("g1", "c1")], &[]);
    assert_eq!(take_all(&mut queue), ["a1", "b1", "c1"]);
    assert_eq!(queue.fail(&"a1"), ["d1", "e9"]);
    assert_eq!(queue.fail(&"a1"), Vec::<&str>::new());
    // What is left behind b is f only: d and e are skipped.
    assert_eq!(queue.remaining_path(|_| 0), 2);
    assert_eq!(queue.remaining_work(), 4);
    assert_eq!(queue.fail(&"b1"), ["f1"]);
    queue.complete(&"c1");
    assert_eq!(take_all(&mut queue), ["g1"]);
    queue.complete(&"g1");
    assert!(queue.is_finished());
    assert_eq!(queue.unstarted(), 0);
    assert_eq!(queue.remaining_path(|_| 0), 0);
}

#[test]
fn the_remaining_path_shrinks() {
    let mut queue = queue(&[("b5", "a3"), ("d1", "c2")], &[]);
    assert_eq!(queue.remaining_path(|_| 0), 8);
    assert_eq!(queue.next(), Some("a3"));
    assert_eq!(queue.remaining_path(|_| 1), 7);
    assert_eq!(queue.remaining_path(|_| 100), 5);
    queue.complete(&"a3");
    assert_eq!(queue.remaining_path(|_| 0), 5);
    assert_eq!(queue.next(), Some("b5"));
    queue.complete(&"b5");
    assert_eq!(queue.remaining_path(|_| 0), 3);
}

#[test]
fn a_cycle_is_refused() {
    let graph: Graph<_> = [("a", "b"), ("b", "a")].into_iter().collect();
    assert_eq!(ReadyQueue::new(&graph, |_| 1).unwrap_err(), Cycles(vec![vec!["a", "b"]]));
}

#[test]
fn every_node_of_a_large_graph_comes_out_after_its_dependencies() {
    let graph: Graph<u32> =
        (1..5000).flat_map(|it| [(it, it / 2), (it, it / 3)]).filter(|(a, b)| a != b).collect();
    let mut queue = ReadyQueue::new(&graph, |it| u64::from(it % 7)).unwrap();
    let mut done = BTreeSet::new();
    while let Some(node) = queue.next() {
        assert!(graph.dependencies(&node).iter().all(|it| done.contains(it)));
        queue.complete(&node);
        done.insert(node);
    }
    assert_eq!(done.len(), 5000);
    assert!(queue.is_finished());
}
