//! The types a binary knows, by name.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::erased::{Asked, DataKind, Managed, ResourceKind};
use crate::{DataSource, Resource};

/// Resource types and data sources by name. Each service crate adds its own.
#[derive(Default)]
pub struct Registry {
    resources: BTreeMap<&'static str, Arc<dyn ResourceKind>>,
    data: BTreeMap<&'static str, Arc<dyn DataKind>>,
}

impl Registry {
    /// Returns an empty registry.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a resource type.
    pub fn resource<T: Resource>(&mut self) -> &mut Self {
        self.resources.insert(T::NAME, Arc::new(Managed::<T>::new()));
        self
    }

    /// Adds a resource type under another name too, as `aws_alb` is another name of `aws_lb`.
    pub fn resource_as<T: Resource>(&mut self, name: &'static str) -> &mut Self {
        self.resources.insert(name, Arc::new(Managed::<T>::new()));
        self
    }

    /// Adds a data source.
    pub fn data<T: DataSource>(&mut self) -> &mut Self {
        self.data.insert(T::NAME, Arc::new(Asked::<T>::new()));
        self
    }

    /// Adds a data source under another name too.
    pub fn data_as<T: DataSource>(&mut self, name: &'static str) -> &mut Self {
        self.data.insert(name, Arc::new(Asked::<T>::new()));
        self
    }

    pub(crate) fn resource_kind(&self, name: &str) -> Option<&Arc<dyn ResourceKind>> {
        self.resources.get(name)
    }

    pub(crate) fn data_kind(&self, name: &str) -> Option<&Arc<dyn DataKind>> {
        self.data.get(name)
    }

    pub(crate) fn resource_names(&self) -> Vec<&str> {
        self.resources.keys().copied().collect()
    }

    pub(crate) fn data_names(&self) -> Vec<&str> {
        self.data.keys().copied().collect()
    }
}
