//! Packages in git repositories, fetched by the program `git`.

use std::path::Path;

use crate::error::FetchError;
use crate::program::Program;
use crate::url::{Url, decoded, redacted};

/// A repository, and what of it is wanted.
#[derive(Debug, PartialEq)]
pub(crate) struct Repository {
    url: String,
    reference: Option<String>,
}

/// What a reference means just now.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Revision {
    /// The commit, in full; unknown when only a fetch can tell.
    pub(crate) commit: Option<String>,
    /// The name to fetch, such as `refs/tags/v1`.
    name: String,
    /// Whether the reference will mean the same tomorrow: a commit or a tag does.
    pub(crate) is_fixed: bool,
}

impl Repository {
    /// Reads the URL of a repository, with the settings `ref`, `depth` and `sshkey`.
    ///
    /// # Errors
    /// When it could be mistaken for an option, or has a setting that is not there.
    pub(crate) fn parse(address: &str) -> Result<Self, FetchError> {
        let Some(url) = Url::parse(address) else {
            return Err(FetchError::unusable(format!("{address:?} is not the URL of a repository")));
        };
        if url.setting("sshkey").is_some() {
            return Err(FetchError::unusable(
                "keys in addresses (sshkey) are not supported: add the key to an ssh-agent, or name it in \
                 ~/.ssh/config",
            ));
        }
        let reference = url.setting("ref").map(decoded).filter(|it| !it.is_empty());
        if let Some(reference) = reference.as_ref().filter(|it| it.starts_with('-') || it.contains('\0')) {
            return Err(FetchError::unusable(format!("{reference:?} cannot be the name of a branch or tag")));
        }
        if address.starts_with('-') || url.authority.starts_with('-') {
            return Err(FetchError::unusable(format!("{address:?} is not the URL of a repository")));
        }
        // How deep the history is that one gets does not matter: none is kept.
        Ok(Self { url: url.without(&["ref", "depth", "sshkey"]), reference })
    }

    /// Returns what the reference means, asking the repository unless the reference tells.
    ///
    /// # Errors
    /// When the repository cannot be reached.
    pub(crate) fn resolve(&self) -> Result<Revision, FetchError> {
        let Some(reference) = &self.reference else {
            let listed = self.list(&["HEAD"])?;
            let commit = commit_of(&listed, "HEAD");
            return Ok(Revision { commit, name: "HEAD".to_owned(), is_fixed: false });
        };
        if reference.len() == 40 && is_hexadecimal(reference) {
            let commit = Some(reference.to_ascii_lowercase());
            return Ok(Revision { commit, name: reference.clone(), is_fixed: true });
        }
        let tag = format!("refs/tags/{reference}");
        let peeled = format!("{tag}^{{}}");
        let branch = format!("refs/heads/{reference}");
        let listed = self.list(&[&tag, &peeled, &branch])?;
        // The commit of an annotated tag is listed apart from the tag.
        if let Some(commit) = commit_of(&listed, &peeled).or_else(|| commit_of(&listed, &tag)) {
            return Ok(Revision { commit: Some(commit), name: tag, is_fixed: true });
        }
        if let Some(commit) = commit_of(&listed, &branch) {
            return Ok(Revision { commit: Some(commit), name: branch, is_fixed: false });
        }
        // Anything else that git understands, such as the beginning of a commit.
        Ok(Revision { commit: None, name: reference.clone(), is_fixed: false })
    }

    /// Fetches a revision into a directory that does not exist yet, and returns its commit.
    ///
    /// # Errors
    /// When it cannot be fetched or does not exist.
    pub(crate) fn fetch(&self, revision: &Revision, into: &Path) -> Result<String, FetchError> {
        let all_history = || {
            if into.exists() {
                std::fs::remove_dir_all(into).map_err(|it| FetchError::disk("remove", into, &it))?;
            }
            self.fetch_all(revision, into)
        };
        match &revision.commit {
            // Not every server hands out single commits.
            Some(_) => self.fetch_one(revision, into).or_else(|_| all_history())?,
            None => all_history()?,
        }
        let commit = self.git().directory(into).arguments(["rev-parse", "HEAD"]).run()?;
        if into.join(".gitmodules").exists() {
            let update = ["submodule", "--quiet", "update", "--init", "--recursive", "--depth", "1"];
            self.git().directory(into).arguments(update).run()?;
        }
        Ok(commit.trim().to_owned())
    }

    /// Fetches a commit without its history.
    fn fetch_one(&self, revision: &Revision, into: &Path) -> Result<(), FetchError> {
        self.git().arguments(["init", "--quiet", "--"]).arguments([into]).run()?;
        let git = || self.git().directory(into);
        git()
            .arguments(["fetch", "--quiet", "--depth", "1", "--no-tags", "--", &self.url, &revision.name])
            .run()?;
        git().arguments(["checkout", "--quiet", "--detach", "FETCH_HEAD"]).run()?;
        // For the relative addresses of submodules.
        git().arguments(["remote", "add", "--", "origin", &self.url]).run().map(drop)
    }

    fn fetch_all(&self, revision: &Revision, into: &Path) -> Result<(), FetchError> {
        self.git()
            .arguments(["clone", "--quiet", "--no-checkout", "--", &self.url])
            .arguments([into])
            .run()?;
        let git = || self.git().directory(into);
        let name = revision.name.strip_prefix("refs/heads/").unwrap_or(&revision.name);
        let wanted = [name.to_owned(), format!("origin/{name}")];
        for name in &wanted {
            let commit = format!("{name}^{{commit}}");
            if git()
                .arguments(["rev-parse", "--quiet", "--verify", "--end-of-options", &commit])
                .run()
                .is_ok()
            {
                return git().arguments(["checkout", "--quiet", "--detach", name, "--"]).run().map(drop);
            }
        }
        let shown = self.reference.as_deref().unwrap_or("HEAD");
        let url = redacted(&self.url);
        Err(FetchError::missing(format!("the repository {url} has no branch, tag or commit {shown:?}")))
    }

    fn list(&self, names: &[&str]) -> Result<String, FetchError> {
        self.git().arguments(["ls-remote", "--quiet", "--", &self.url]).arguments(names).run()
    }

    /// Returns git, which asks nothing and gives up on servers that do not answer.
    fn git(&self) -> Program {
        let mut git = Program::new("git").variable("GIT_TERMINAL_PROMPT", "0");
        // Variables of a hook or an alias that started us would lead git into another repository.
        for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"] {
            git = git.without_variable(name);
        }
        if self.url.starts_with("ssh://") && !is_ssh_chosen() {
            git = git.variable("GIT_SSH_COMMAND", "ssh -o BatchMode=yes -o ConnectTimeout=30");
        }
        git.arguments([
            "-c",
            "http.lowSpeedLimit=1",
            "-c",
            "http.lowSpeedTime=30",
            "-c",
            "core.hooksPath=/dev/null",
        ])
        .arguments(["-c", "advice.detachedHead=false", "-c", "init.defaultBranch=main"])
    }
}

/// Tells whether the user has chosen how git starts ssh.
fn is_ssh_chosen() -> bool {
    let is_set = |name| std::env::var_os(name).is_some();
    let configured = || Program::new("git").arguments(["config", "--get", "core.sshCommand"]).run().is_ok();
    is_set("GIT_SSH_COMMAND") || is_set("GIT_SSH") || configured()
}

fn commit_of(listed: &str, name: &str) -> Option<String> {
    let lines = listed.lines().filter_map(|it| it.split_once('\t'));
    lines.filter(|(_, it)| *it == name).map(|(commit, _)| commit.to_owned()).next()
}

pub(crate) fn is_hexadecimal(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|it| it.is_ascii_hexdigit())
}
