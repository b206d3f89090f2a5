use std::time::Duration;

use insta::assert_snapshot;
use rinfra_provider::{Asked, Line, Spent, Usage};
use rinfra_view::{PriceTag, Style, Surface, explained_calls, price_message, price_tag};

fn line(
    on_behalf_of: &[&str],
    region: &str,
    call: (&str, &str),
    counts: [u64; 3],
    bucket: Option<u64>,
) -> Line {
    let [calls, throttled, retried] = counts;
    Line {
        asked: Asked {
            on_behalf_of: on_behalf_of.iter().map(|it| (*it).to_owned()).collect(),
            account: "123456789012".to_owned(),
            region: region.to_owned(),
            service: call.0.to_owned(),
            operation: call.1.to_owned(),
        },
        spent: Spent { calls, throttled, retried, time: Duration::from_millis(50 * calls) },
        bucket: bucket.map(|_| format!("{} {}: 50 tokens, 5 a second", call.0, call.1)),
        floor: Duration::from_millis(bucket.unwrap_or_default()),
    }
}

fn usage() -> Usage {
    Usage {
        lines: vec![
            line(&[], "us-east-1", ("sts", "GetCallerIdentity"), [1, 0, 0], None),
            line(&["aws_iam_role"], "us-east-1", ("iam", "CreateRole"), [1_000, 20, 21], Some(90_000)),
            line(&["aws_iam_role"], "us-east-1", ("iam", "ListRoles"), [1, 0, 0], Some(0)),
            line(
                &["aws_route", "aws_route_table", "aws_route_table_association"],
                "eu-west-1",
                ("ec2", "DescribeRouteTables"),
                [7, 0, 0],
                Some(0),
            ),
        ],
    }
}

fn tag(usage: Usage) -> PriceTag {
    PriceTag { resources: Some(1_000), usage, wall: Duration::from_millis(1_440) }
}

#[test]
fn a_price_tag_is_one_line() {
    let check = |tag: &PriceTag, is_unicode, expected: &str| {
        let surface = Surface { columns: usize::MAX, is_unicode };
        assert_eq!(price_tag(tag, Style::plain(), surface), expected);
    };
    let calm = || Usage { lines: usage().lines.into_iter().filter(|it| it.spent.throttled == 0).collect() };
    check(
        &tag(calm()),
        true,
        "1,000 resources · 9 API calls (ec2 7, iam 1, sts 1), none throttled · 1.4 s (0.0 s at least by the services' own limits)\n",
    );
    check(
        &PriceTag { resources: None, wall: Duration::from_secs(125), ..tag(usage()) },
        false,
        "1,009 API calls (ec2 7, iam 1,001, sts 1), 20 throttled, 21 sent again | 2m5s (1m30s at least by the services' own limits)\n",
    );
    check(&tag(Usage::default()), true, "");
}

#[test]
fn all_calls_are_explained() {
    assert_snapshot!("explained_calls", explained_calls(&usage(), Style::plain()));
    assert_eq!(explained_calls(&Usage::default(), Style::plain()), "");
}

#[test]
fn programs_are_told_everything() {
    let message = price_message(&tag(usage())).unwrap().to_json("2026-01-01T00:00:00Z");
    assert_snapshot!("price_message", serde_json::to_string_pretty(&message).unwrap());
    assert_eq!(price_message(&tag(Usage::default())), None);
}
