//! Reading and writing large state files: instances of a type with a dozen attributes, tags and dependencies, such as
//! security groups are.

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput};
use rinfra_state::State;
use rinfra_testkit::memory::Memory;

/// What the binary allocates with.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How many instances a resource has.
const INSTANCES: usize = 500;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("state file");
    group.sample_size(10).measurement_time(Duration::from_secs(10));
    for mebibytes in [10, 100] {
        // What is read here, with less of indentation, is two thirds of what is written.
        let file = file_of((mebibytes << 20) * 2 / 3);
        tell_memory(mebibytes, &file);
        group.throughput(Throughput::Bytes(file.len() as u64));
        let id = BenchmarkId::new("read", format!("{mebibytes} MiB"));
        group.bench_with_input(id, &file, |bencher, file| {
            bencher.iter_with_large_drop(|| State::parse(black_box(file)).expect("a state"));
        });
        let state = State::parse(&file).expect("a state");
        let id = BenchmarkId::new("write", format!("{mebibytes} MiB"));
        group.bench_with_input(id, &state, |bencher, state| {
            bencher.iter_with_large_drop(|| black_box(state).to_json_bytes().expect("it can be written"));
        });
    }
    group.finish();
    criterion.final_summary();
}

/// Returns a state file of about so many bytes.
fn file_of(bytes: usize) -> Vec<u8> {
    let mut state =
        State::new("00000000-0000-0000-0000-000000000000").to_json_bytes().expect("an empty state");
    let end = b"\"resources\": []";
    let at = state.windows(end.len()).position(|it| it == end).expect("no resources") + end.len() - 1;
    let tail = state.split_off(at);
    let mut text = String::from_utf8(state).expect("JSON is UTF-8");
    let mut resources = 0;
    while text.len() < bytes {
        text += if resources == 0 { "\n" } else { ",\n" };
        resource(&mut text, resources);
        resources += 1;
    }
    text += "\n  ";
    let mut file = text.into_bytes();
    file.extend(tail);
    // As it is written, which is what a run reads.
    let state = State::parse(&file).expect("a state");
    state.to_json_bytes().expect("it can be written")
}

fn resource(text: &mut String, number: usize) {
    // Writing to a string cannot fail.
    let _ = write!(
        text,
        r#"{{"module": "module.networks[\"n{number}\"]", "mode": "managed", "type": "aws_security_group", "name": "service",
        "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]", "instances": ["#
    );
    for instance in 0..INSTANCES {
        let id = format!("sg-{:017x}", number * INSTANCES + instance);
        let comma = if instance == 0 { "" } else { "," };
        let _ = write!(
            text,
            r#"{comma}{{"index_key": "service-{instance}", "schema_version": 1, "attributes": {{
            "arn": "arn:aws:ec2:eu-central-1:123456789012:security-group/{id}",
            "description": "Service {instance} of network {number} & its clients", "egress": [],
            "id": "{id}", "ingress": [{{"cidr_blocks": ["10.0.0.0/16"], "description": "", "from_port": 443,
            "ipv6_cidr_blocks": [], "prefix_list_ids": [], "protocol": "tcp", "security_groups": [], "self": false,
            "to_port": 443}}], "name": "service-{instance}", "name_prefix": "", "owner_id": "123456789012",
            "region": "eu-central-1", "revoke_rules_on_delete": false, "tags": {{"Name": "service-{instance}", "Team": "t"}},
            "tags_all": {{"Name": "service-{instance}", "Project": "rinfra", "Team": "t"}}, "timeouts": null,
            "vpc_id": "vpc-0123456789abcdef0"}}, "sensitive_attributes": [], "private": "bnVsbA==",
            "dependencies": ["module.networks.aws_vpc.this", "module.networks.data.aws_region.current"]}}"#
        );
    }
    *text += "]}";
}

/// Prints what a state needs of memory once it is read, and at most while it is.
#[expect(clippy::print_stdout, reason = "the result of a bench is what it prints")]
fn tell_memory(mebibytes: usize, file: &[u8]) {
    let Some(before) = Memory::now() else { return };
    Memory::forget_peak();
    let state = State::parse(file).expect("a state");
    let Some(after) = Memory::now() else { return };
    let instances = state.instances().count();
    let more = |bytes: u64| bytes.saturating_sub(before.resident);
    let (kept, most) = (more(after.resident), more(after.peak));
    println!(
        "a state of {mebibytes} MiB and {instances} instances: {} bytes an instance in the file, {} in memory, {} at most \
         while it is read",
        file.len() / instances,
        kept / instances as u64,
        most / instances as u64,
    );
}
