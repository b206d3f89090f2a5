use similar::TextDiff;

/// Renders what two versions of a file differ in, as `diff -u` does.
pub fn text_difference(path: &str, before: &str, after: &str) -> String {
    let difference = TextDiff::from_lines(before, after);
    difference.unified_diff().header(&format!("old/{path}"), &format!("new/{path}")).to_string()
}

#[cfg(test)]
mod tests {
    use super::text_difference;

    #[test]
    fn reads_like_a_unified_difference() {
        let check = |before: &str, after: &str, expected: &str| {
            assert_eq!(text_difference("a.tf", before, after), expected, "{before}");
        };
        check("a = 1\n", "a = 1\n", "");
        check("a=1\n", "a = 1\n", "--- old/a.tf\n+++ new/a.tf\n@@ -1 +1 @@\n-a=1\n+a = 1\n");
        check(
            "a=1\nb = 2",
            "a = 1\nb = 2",
            "--- old/a.tf\n+++ new/a.tf\n@@ -1,2 +1,2 @@\n-a=1\n+a = 1\n b = 2\n\\ No newline at end of file\n",
        );
    }
}
