//! Every address that can be written can be read back.

use proptest::prelude::{Just, Strategy, any, proptest};
use proptest::{collection, option, prop_oneof};
use rinfra_addr::{
    AbsResource, InstanceKey, Mode, ModuleInstance, ProviderConfig, ProviderSource, Resource,
    ResourceInstance,
};

fn name() -> impl Strategy<Value = String> {
    "[a-z_é][a-z0-9_é-]{0,8}"
}

fn key() -> impl Strategy<Value = InstanceKey> {
    let text = prop_oneof![any::<String>(), "[$%{}\"\\\\\\[\\]\n.a]{0,8}"];
    prop_oneof![
        Just(InstanceKey::None),
        any::<u64>().prop_map(InstanceKey::Int),
        text.prop_map(|it| InstanceKey::String(it.into())),
    ]
}

fn module() -> impl Strategy<Value = ModuleInstance> {
    collection::vec((name(), key()), 0..3)
        .prop_map(|steps| steps.into_iter().map(|(name, key)| (name.into(), key)).collect())
}

fn resource() -> impl Strategy<Value = Resource> {
    let mode = prop_oneof![Just(Mode::Managed), Just(Mode::Data), Just(Mode::Ephemeral)];
    (mode, "aws_[a-z]{1,8}", name()).prop_map(|(mode, kind, name)| Resource::new(mode, kind, name))
}

proptest! {
    #[test]
    fn resource_instances(module in module(), resource in resource(), key in key()) {
        let address = ResourceInstance { resource: AbsResource { module, resource }, key };
        assert_eq!(address.to_string().parse(), Ok(address));
    }

    #[test]
    fn static_resources(module in module(), resource in resource()) {
        let address = AbsResource { module, resource }.config();
        assert_eq!(address.to_string().parse(), Ok(address));
    }

    #[test]
    fn provider_configurations(
        module in module(), kind in "[a-z][a-z0-9]{0,6}", alias in option::of(name()), key in key(),
    ) {
        let source = ProviderSource::default_for(&kind);
        let address = ProviderConfig { module, source, alias: alias.map(Into::into), key };
        assert_eq!(address.to_string().parse(), Ok(address));
    }

    #[test]
    fn no_text_makes_reading_panic(text in ".{0,40}|(module|data|provider)[.\\[\\]\"a0]{0,12}") {
        let _ = text.parse::<ResourceInstance>();
        let _ = text.parse::<ProviderConfig>();
        let _ = text.parse::<ModuleInstance>();
    }
}
