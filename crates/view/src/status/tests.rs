use rinfra_addr::ResourceInstance;

use super::*;

const WIDE: Surface = Surface { columns: 200, is_unicode: true };

fn address(text: &str) -> ResourceInstance {
    text.parse().unwrap()
}

fn step(operation: usize, text: &str, opcode: Opcode) -> Running {
    Running::Step { operation, address: address(text), opcode, identity: None }
}

fn refresh(kind: &str, region: &str, objects: usize) -> Running {
    Running::Refresh { kind: kind.to_owned(), region: Some(region.to_owned()), objects }
}

/// Nine steps, of which five are in flight: two subnets longest.
fn busy(start: Instant) -> Work {
    let later = |seconds| start + Duration::from_secs(seconds);
    let mut work = Work::new(None, start);
    work.expect(9);
    work.begin(step(0, "aws_vpc.a", Opcode::Create), start);
    for number in 1..3 {
        work.begin(step(number, &format!("aws_subnet.a[{number}]"), Opcode::Create), later(1));
    }
    work.begin(step(3, "aws_eip.a", Opcode::Delete), later(2));
    work.begin(step(4, "aws_route.a", Opcode::Update), later(2));
    work
}

#[test]
fn the_line_tells_the_truth() {
    let start = Instant::now();
    let later = |seconds| start + Duration::from_secs(seconds);
    let mut work = Work::new(None, start);
    assert_eq!(status(&mut work, start, WIDE), "");
    work.expect(9);
    work.begin(step(0, "aws_vpc.a", Opcode::Create), start);
    assert_eq!(status(&mut work, start, WIDE), "0 of 9 done · Creating 1 aws_vpc");
    let mut work = busy(start);
    assert_eq!(
        status(&mut work, later(65), WIDE),
        "0 of 9 done · Creating 2 aws_subnet, 1 aws_vpc, Destroying 1 aws_eip, 1 more · longest: aws_vpc.a 1m5s"
    );
    assert_eq!(work.end_step(0, later(65)), Some(start));
    assert_eq!(work.fail_step(3), Some(later(2)));
    // What never started is done with as well.
    assert_eq!(work.end_step(7, later(66)), None);
    assert_eq!(
        status(&mut work, later(3), WIDE),
        "3 of 9 done · Creating 2 aws_subnet, Modifying 1 aws_route · longest: aws_subnet.a[1] 2s"
    );
}

#[test]
fn reading_is_counted_by_objects() {
    let start = Instant::now();
    let later = start + Duration::from_secs(2);
    let mut work = Work::new(None, start);
    for region in ["eu-west-1", "us-east-1"] {
        work.begin(refresh("aws_vpc", region, 150), start);
    }
    let text = "Refreshing: 0/300 objects · Reading 300 aws_vpc · longest: aws_vpc in eu-west-1 2s";
    assert_eq!(status(&mut work, later, WIDE), text);
    assert_eq!(work.end(&refresh("aws_vpc", "eu-west-1", 150)), Some(start));
    let text = "Refreshing: 150/300 objects · Reading 150 aws_vpc · longest: aws_vpc in us-east-1 2s";
    assert_eq!(status(&mut work, later, WIDE), text);

    let mut work = Work::new(None, start);
    work.begin(Running::Reading { address: address("data.aws_ami.a") }, start);
    assert_eq!(status(&mut work, later, WIDE), "Reading 1 aws_ami · longest: data.aws_ami.a 2s");
}

#[test]
fn what_matters_least_goes_first_where_there_is_no_room() {
    let start = Instant::now();
    let cases = [
        (90, "0 of 9 done · Creating 2 aws_subnet, 3 more · longest: aws_vpc.a 1m5s"),
        (60, "0 of 9 done · 5 in flight · longest: aws_vpc.a 1m5s"),
        (40, "0 of 9 done · 5 in flight"),
        (20, "0 of 9 done"),
        (11, "0 of 9 done"),
        (8, "0 of 9 …"),
        (1, "…"),
        (0, ""),
    ];
    for (columns, expected) in cases {
        let surface = Surface { columns, is_unicode: true };
        let line = status(&mut busy(start), start + Duration::from_secs(65), surface);
        assert_eq!(line, expected, "{columns} columns");
    }
    for columns in 0..120 {
        for is_unicode in [true, false] {
            let line =
                status(&mut busy(start), start + Duration::from_secs(65), Surface { columns, is_unicode });
            assert!(line.width() <= columns && (is_unicode || line.is_ascii()), "{line:?} in {columns}");
        }
    }
}

#[test]
fn names_break_no_line() {
    let start = Instant::now();
    let line = |is_unicode| {
        let mut work = Work::new(None, start);
        work.begin(step(0, "a_b.c[\"日本\u{1b}[2J\"]", Opcode::Create), start);
        status(&mut work, start + Duration::from_secs(1), Surface { columns: 80, is_unicode })
    };
    // An address has no control characters in it, and a surface shows none that others bring.
    assert_eq!(line(true), "Creating 1 a_b · longest: a_b.c[\"日本\\u001b[2J\"] 1s");
    assert_eq!(line(false), "Creating 1 a_b | longest: a_b.c[\"??\\u001b[2J\"] 1s");
    assert_eq!(WIDE.shown("a\u{1b}[2J\nb"), "a?[2J?b");
}

#[test]
fn what_is_left_is_told_as_exactly_as_anybody_can() {
    let cases = [
        (0, None),
        (1, Some("about 1s left")),
        (1001, Some("about 2s left")),
        (61_000, Some("about 1m10s left")),
        (600_000, Some("about 10m0s left")),
        (3_601_000, Some("about 1h1m0s left")),
    ];
    for (milliseconds, expected) in cases {
        assert_eq!(left(Some(Duration::from_millis(milliseconds))).as_deref(), expected, "{milliseconds}");
    }
    assert_eq!(left(None), None);
}

#[test]
fn only_what_takes_its_time_is_mentioned_and_once_each_while() {
    let start = Instant::now();
    let pause = Duration::from_secs(10);
    let later = |seconds| start + Duration::from_secs(seconds);
    let mut work = busy(start);
    let mut mentioned = |seconds| {
        let overdue = work.overdue(pause, later(seconds)).into_iter();
        overdue
            .map(|(what, elapsed)| match what {
                Running::Step { operation, .. } => (operation, elapsed.as_secs()),
                other => panic!("{other:?}"),
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(mentioned(9), []);
    assert_eq!(mentioned(11), [(0, 10), (1, 10), (2, 10)]);
    assert_eq!(mentioned(12), [(3, 10), (4, 10)]);
    assert_eq!(mentioned(19), []);
    assert_eq!(mentioned(31), [(0, 30), (1, 30), (2, 30), (3, 20), (4, 20)]);
}
