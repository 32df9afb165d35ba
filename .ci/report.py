"""Looks at the pages that `fleetshift report` wrote: .ci/report says what for."""
import os
import sys

from playwright.sync_api import sync_playwright

work, shots = sys.argv[1:]
most = 2 * 1024 * 1024
problems = []


def check(holds, what):
    print(("ok      " if holds else "FAILED  ") + what)
    if not holds:
        problems.append(what)


def drawn(page, chart):
    """What a chart shows, as text: its marks' geometry changes when it is narrowed down."""
    return page.eval_on_selector(f"#{chart} svg", "e => [...e.querySelectorAll('path')].map(p => p.getAttribute('d')).join()")


with sync_playwright() as play:
    browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
    for theme in ["light", "dark"]:
        page = browser.new_page(viewport={"width": 1120, "height": 900}, color_scheme=theme)
        talk, asked = [], []
        page.on("console", lambda message: talk.append(message.text))
        page.on("pageerror", lambda error: talk.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"file://{work}/report.html")
        page.wait_for_selector("html[data-drawn=yes]", timeout=60_000)
        check(not talk, f"{theme}: nothing on the console {talk or ''}")
        foreign = [url for url in asked if not url.startswith(("file:", "data:", "blob:"))]
        check(not foreign, f"{theme}: no network {foreign or ''}")
        count = page.locator(".chart svg, .chart canvas").count()
        check(count == page.locator(".chart").count() >= 6, f"{theme}: {count} charts drawn")
        page.screenshot(path=os.path.join(shots, f"report-{theme}.png"), full_page=False)
        page.screenshot(path=os.path.join(work, f"full-{theme}.png"), full_page=True)
        if theme == "dark":
            continue

        before = drawn(page, "downtime"), drawn(page, "failures"), drawn(page, "saved")
        page.evaluate("document.querySelector('#moves').scrollIntoView({block: 'center'})")
        box = page.locator("#moves svg").bounding_box()
        page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + 120)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + 130, steps=8)
        page.mouse.up()
        page.wait_for_timeout(500)
        after = drawn(page, "downtime"), drawn(page, "failures"), drawn(page, "saved")
        check(before[0] != after[0] and before[1] != after[1], "brushing narrows downtimes and failures")
        check(before[2] == after[2], "brushing leaves the totals alone")
        check("days" in page.locator("#window").inner_text(), "the window chosen is said in words")
        page.screenshot(path=os.path.join(shots, "report-brushed.png"), full_page=False)
        page.locator("#whole").click()
        page.wait_for_timeout(3000)
        check(drawn(page, "downtime") == before[0], "the whole time is shown again")
        page.locator("#from").fill("20")
        page.locator("#to").fill("30")
        page.wait_for_timeout(500)
        check(drawn(page, "downtime") != before[0], "a window typed narrows them too")
        with page.expect_download() as saved:
            page.locator("section.figure:has(#moves) details summary").click()
            page.locator(".save[data-chart=moves]").click()
        head = open(saved.value.path(), encoding="utf-8").readline().strip()
        check(head == "time,campaign,moves,low,high", f"rows can be saved: {head}")
        page.keyboard.press("Tab")
        check(page.evaluate("document.activeElement !== document.body"), "the keyboard reaches the controls")
    for theme in ["light", "dark"]:
        page = browser.new_page(viewport={"width": 1120, "height": 1500}, color_scheme=theme)
        talk = []
        page.on("console", lambda message: talk.append(message.text))
        page.on("pageerror", lambda error: talk.append(str(error)))
        page.goto(f"file://{work}/sweep.html")
        page.wait_for_selector("html[data-drawn=yes]", timeout=60_000)
        check(not talk, f"sweep, {theme}: nothing on the console {talk or ''}")
        count = page.locator(".chart svg, .chart canvas").count()
        check(count == page.locator(".chart").count() >= 3, f"sweep, {theme}: {count} charts drawn")
        page.screenshot(path=os.path.join(shots, f"sweep-{theme}.png"), full_page=False)
    page = browser.new_page()
    page.goto(f"file://{work}/plain.html")
    check(page.locator(".chart").count() == 0 and page.locator("table").count() > 10, "without the library: tables")
    check("make assets" in page.inner_text("main"), "and how to get the charts")
    browser.close()
size = os.path.getsize(os.path.join(work, "report.html"))
check(size < most, f"{size:,} bytes are below {most:,}")
sys.exit(1 if problems else 0)
