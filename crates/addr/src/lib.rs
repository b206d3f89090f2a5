//! Addresses of modules, resources, instances and providers.
