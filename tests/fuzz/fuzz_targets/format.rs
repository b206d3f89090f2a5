#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| rinfra_testkit::trials::layout(input));
