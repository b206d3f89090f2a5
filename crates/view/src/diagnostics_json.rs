use rinfra_diag::{
    Diagnostic, Diagnostics, Evidence, Observation, Parameter, Position, Severity, Signature, Sources, Span,
};
use serde_json::{Value, json};

use crate::diagnostics::sentence;

/// Renders diagnostics as Terraform's `validate -json` and UI streams list them.
pub fn diagnostics_json(diagnostics: &Diagnostics, sources: &Sources) -> Vec<Value> {
    diagnostics.iter().map(|it| one(it, sources)).collect()
}

fn one(diagnostic: &Diagnostic, sources: &Sources) -> Value {
    let severity = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let mut json = json!({
        "severity": severity,
        "summary": diagnostic.summary,
        "detail": detail(diagnostic),
    });
    if let Some(address) = &diagnostic.address {
        json["address"] = address.clone().into();
    }
    if let Some(span) = &diagnostic.subject {
        json["range"] = range(span);
        if let Some(mut snippet) = snippet(span, sources) {
            add_evidence(&mut snippet, diagnostic.evidence.as_deref());
            json["snippet"] = snippet;
        }
    }
    json
}

/// Returns the detail with the hint, which Terraform's format has no place of its own for.
fn detail(diagnostic: &Diagnostic) -> String {
    match &diagnostic.hint {
        Some(hint) => format!("{}\n\n{}", diagnostic.detail, sentence(hint)),
        None => diagnostic.detail.clone(),
    }
}

fn range(span: &Span) -> Value {
    let position = |it: &Position| json!({"line": it.line, "column": it.column, "byte": it.byte});
    json!({"filename": span.file, "start": position(&span.start), "end": position(&end(span))})
}

/// Returns the end of a place: as in Terraform, what is empty there is one column wide.
fn end(span: &Span) -> Position {
    if span.start == span.end { span.end.advanced(1) } else { span.end }
}

fn snippet(span: &Span, sources: &Sources) -> Option<Value> {
    let text = sources.get(&span.file)?;
    let start = span.start.offset().min(text.len());
    let line_start = text.get(..start)?.rfind('\n').map_or(0, |it| it + 1);
    let line_end = text.get(start..)?.find('\n').map_or(text.len(), |it| start + it);
    let offset = start - line_start;
    let end = end(span).offset().clamp(start, line_end) - line_start;
    Some(json!({
        "context": block_around(span, text),
        "code": text.get(line_start..line_end)?,
        "start_line": span.start.line,
        "highlight_start_offset": offset,
        "highlight_end_offset": end,
        "values": [],
    }))
}

fn add_evidence(snippet: &mut Value, evidence: Option<&Evidence>) {
    let Some(evidence) = evidence else { return };
    let value = |it: &Observation| json!({"traversal": it.traversal, "statement": it.statement});
    snippet["values"] = evidence.values.iter().map(value).collect();
    if let Some(call) = &evidence.call {
        snippet["function_call"] = json!({"called_as": call.name, "signature": signature(call)});
    }
}

fn signature(call: &Signature) -> Value {
    // Types come in their JSON form already.
    let ty = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
    let parameter = |it: &Parameter| json!({"name": it.name, "type": ty(&it.ty)});
    let name = call.name.rsplit("::").next();
    let parameters: Vec<_> = call.parameters.iter().map(parameter).collect();
    let mut json = json!({"name": name, "params": parameters, "return_type": ty(&call.returns)});
    if let Some(variadic) = &call.variadic {
        json["variadic_param"] = parameter(variadic);
    }
    json
}

/// Returns the header of the outermost block a place is in, if the file can be parsed; none for the header's own start.
fn block_around(span: &Span, text: &str) -> Option<String> {
    let (body, _) = rinfra_lang::syntax::parse_native(&span.file, text);
    let at = span.start.byte;
    let block = body.blocks.iter().find(|it| it.header.start.byte < at && at <= it.body.span.end.byte)?;
    let labels: String = block.labels.iter().map(|label| format!(" \"{}\"", label.text)).collect();
    Some(format!("{}{labels}", block.kind))
}
