"""Examples for the rules of reading, front matter, text, HTML, pictures and time."""

from __future__ import annotations

from content.lint.example import Example, Part

_FILE = "---\ntitle: 社区义诊安排\n---\n\n正文。\n"

READING = (
    Example("TITLE_FROM_HEADING", "标题写在文件开头。", "# 社区义诊安排\n\n正文。\n", _FILE, Part.FILE),
    Example(
        "FRONT_MATTER_UNCLOSED", "文件开头的信息前后各有一行 ---。", "---\ntitle: 社区义诊\n正文。\n", _FILE, Part.FILE
    ),
    Example("FRONT_MATTER_LINE", "文件开头每一行写成“名称: 内容”。", "---\n社区义诊\n---\n正文。\n", _FILE, Part.FILE),
    Example("UNKNOWN_KEY", "文件开头只写认识的名称。", "摘药: 周六义诊。", "摘要: 周六义诊。", Part.FRONT),
    Example("DUPLICATE_KEY", "同一项只写一次。", "---\ntitle: 甲\n标题: 乙\n---\n正文。\n", _FILE, Part.FILE),
    Example("YAML", "引号、括号、缩进要配对。", "places: [椿树馆社区", "places: [椿树馆社区]", Part.FRONT),
    Example(
        "BAD_DATE", "发布时间写成 2026-12-05 18:30。", "publish_at: 下周五", "publish_at: 2026-12-05 18:30", Part.FRONT
    ),
    Example("ENCODING", "文件存成 UTF-8 编码。", "（GBK 编码的文件）", _FILE, Part.FILE),
)

FRONT = (
    Example("TITLE_MISSING", "文章要有标题。", "-title", "title: 社区义诊安排", Part.FRONT),
    Example("TITLE_TOO_LONG", "标题最多 32 个字。", "title: " + "长" * 33, "title: " + "长" * 32, Part.FRONT),
    Example("AUTHOR_TOO_LONG", "作者最多 16 个字。", "author: " + "长" * 17, "author: 编辑部", Part.FRONT),
    Example("DIGEST_MISSING", "写上摘要，不要让平台自己截取。", "-digest", "digest: 周六上午义诊。", Part.FRONT),
    Example("DIGEST_TOO_LONG", "摘要建议不超过 120 个字，最多 128 个字。", "digest: " + "长" * 129, "digest: 义诊。", Part.FRONT),
    Example("COVER_MISSING", "文章要有封面。", "-cover", "cover: cover.png", Part.FRONT),
    Example(
        "COVER_FROM_BODY", "没有写封面时用正文第一张图。", "---\ntitle: 社区义诊安排\n---\n\n![合影](plain.png)\n",
        "---\ntitle: 社区义诊安排\ncover: cover.png\n---\n\n![合影](plain.png)\n", Part.FILE,
    ),
    Example("BAD_VALUE", "每一项按规定的样子写。", "original_link: 见官网", "original_link: https://example.com/a", Part.FRONT),
    Example("UNKNOWN_PLACE", "街道和社区写 places.csv 里的名称。", "places: 椿树管社区", "places: 椿树馆社区", Part.FRONT),
)  # fmt: skip

TIMING = (
    Example("PUBLISH_AT_PAST", "发布时间要在将来。", "publish_at: 2026-11-05 18:30", "publish_at: 2026-12-05 18:30", Part.FRONT),
    Example(
        "MONTH_MISMATCH", "文章放在发布那个月的文件夹里。", "publish_at: 2027-01-05 18:30", "publish_at: 2026-12-05 18:30",
        Part.FRONT,
    ),
    Example(
        "SLOT_TAKEN", "每天只能推送一次：同一天的文章写同一个时间（合成一次推送），或改到别的日子。",
        "publish_at: 2026-12-07 18:30", "publish_at: 2026-12-07 10:00", Part.FRONT,
    ),
    Example(
        "PUSH_QUOTA", "服务号每月只能推送四次，多出来的改到下个月，或写静默。",
        "publish_at: 2026-12-28 10:00", "publish_at: 2026-12-28 10:00\nnotify: 静默", Part.FRONT,
    ),
    Example(
        "POST_FULL", "同一个时间的文章合成一次推送，最多八篇。", "publish_at: 2026-12-08 10:00\nnotify: 静默",
        "publish_at: 2026-12-08 16:00\nnotify: 静默", Part.FRONT,
    ),
    Example(
        "SENSITIVE_DAY", "加强审核的日子（days.csv 里类别是 sensitive 的）尽量不发；要发就写明理由。",
        "publish_at: 2026-12-13 10:00", "publish_at: 2026-12-14 10:00", Part.FRONT,
    ),
    Example(
        "PUBLISH_AT_QUIET", "静默时段里不会自动发，到它结束才发：发布时间写在它以外。",
        "publish_at: 2026-12-10 23:00\nnotify: 静默", "publish_at: 2026-12-10 16:00\nnotify: 静默", Part.FRONT,
    ),
    Example(
        "DAY_OFF", "放假的日子看的人少，也要有人值守。", "publish_at: 2027-01-01 10:00", "publish_at: 2026-12-31 10:00\nnotify: 静默",
        Part.FRONT,
    ),
)  # fmt: skip

TEXT = (
    Example("BODY_EMPTY", "正文不能是空的。", "", "正文。"),
    Example("BARE_EMPHASIS", "粗体的两个 ** 要成对，和文字之间不留空格。", "请注意** 时间 **。", "请注意**时间**。"),
    Example("EMPTY_LINK", "链接要有网址和文字。", "见[通知]()。", "见[通知](https://example.com/a)。"),
    Example("EMPTY_PICTURE", "图片要写文件。", "![合影]()", "![合影](plain.png)"),
    Example("UNCLOSED_FENCE", "代码块要有结束的 ```。", "```\n代码", "```\n代码\n```"),
    Example("UNCLOSED_COMMENT", "注释要有结束的 -->。", "正文。\n\n<!-- 备注", "正文。\n\n<!-- 备注 -->"),
    Example("DIAGRAM_NEEDS_IMAGE", "流程图先导出成图片。", "```mermaid\ngraph TD\n```", "![流程](plain.png)"),
    Example("MATH_NEEDS_IMAGE", "公式写完整，才画得出来。", "$$\n\\frac{a}{b\n$$", "![公式](plain.png)"),
    Example("MATH_INLINE", "行内公式改成文字。", "当 $x^2$ 时。", "当 x 的平方时。"),
    Example("MATH_WIDE", "公式不要宽过屏幕，长的分几行写。", "$$\na+b+c+d+e+f+g+h+i+j+k+l+m+n+o+p+q+r+s+t+u+v\n$$", "$$\na+b\n$$"),
    Example("NOTE_MISSING", "脚注要有内容。", "义诊[^1]。", "义诊[^1]。\n\n[^1]: 免费。"),
    Example("NOTE_UNUSED", "脚注要在正文里用到。", "义诊。\n\n[^1]: 免费。", "义诊[^1]。\n\n[^1]: 免费。"),
    Example("CONTENT_TOO_LONG", "排版以后少于 20000 个字符。", "长" * 20001, "正文。"),
)  # fmt: skip

HTML = (
    Example("HTML_FORBIDDEN", "不用公众号不接受的标签。", "<iframe src='x'></iframe>", "视频请见文末。"),
    Example("HTML_UNCLOSED", "标签要有结束。", "<div>\n正文。", "<div>正文。</div>"),
    Example(
        "HTML_MARKDOWN",
        "HTML 标签里的 Markdown 要和标签隔一个空行。",
        "<div>\n[通知](https://example.com/a)\n</div>",
        "<div>\n\n[通知](https://example.com/a)\n\n</div>",
    ),
    Example("STRUCTURE_STYLE", "样式只写公众号保留的。", '<p style="position:fixed">甲</p>', "甲"),
    Example("STRUCTURE_CONTRAST", "文字和背景要分得清。", '<p style="background:#fff;color:#fefefe">甲</p>', "甲"),
    Example("STRUCTURE_NESTING", "标签不要套十层。", "<div>" * 11 + "甲" + "</div>" * 11, "甲"),
)

PICTURES = (
    Example("PICTURE_OUTSIDE", "图片放在文章的文件夹里。", "![合影](../a.png)", "![合影](plain.png)"),
    Example("PICTURE_MISSING", "图片文件要在。", "![合影](palin.png)", "![合影](plain.png)"),
    Example("IMAGE_FORMAT", "图片用公众号接受的格式。", "![合影](empty.png)", "![合影](plain.png)"),
    Example("IMAGE_MISLABELED", "图片的后缀要和实际格式一样。", "![合影](really-png.jpg)", "![合影](plain.png)"),
    Example("IMAGE_TOO_BIG", "正文图片小于 1 MB。", "![合影](big.jpg)", "![合影](plain.png)"),
    Example("GIF_TOO_BIG", "动图要小。", "![演示](big.gif)", "![合影](plain.png)"),
    Example("IMAGE_REMOTE", "图片下载到文件夹里再用。", "![合影](https://example.com/a.png)", "![合影](plain.png)"),
    Example("IMAGE_EMBEDDED", "图片存成文件。", "![合影](data:image/png;base64,AA)", "![合影](plain.png)"),
    Example(
        "CONSENT_MISSING", "照片里有能认出的人，就要有他们的同意。",
        "---\ntitle: 甲\npictures:\n  - file: plain.png\n    source: 自拍\n    licence: 自有\n    consent: 待取得\n---\n"
        "![合影](plain.png)\n", _FILE, Part.FILE,
    ),
    Example(
        "LICENCE_TWICE", "一张图片的许可只写一次。",
        "---\ntitle: 甲\npictures:\n  - file: plain.png\n    source: 自拍\n    licence: 自有\n"
        "  - file: plain.png\n    source: 网友\n    licence: 授权\n---\n![合影](plain.png)\n", _FILE, Part.FILE,
    ),
    Example("LICENCE_UNKNOWN", "每张图片写明来源和许可。", "![合影](unknown.png)", "![合影](plain.png)"),
    Example(
        "PICTURE_UNUSED", "图片信息只写用到的图片。",
        "---\ntitle: 甲\npictures:\n  - file: a.png\n    source: 自拍\n    licence: 自有\n---\n正文。\n", _FILE, Part.FILE,
    ),
)  # fmt: skip
