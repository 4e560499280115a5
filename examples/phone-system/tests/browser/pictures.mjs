// Takes a picture of every view in both themes and both widths, for somebody to look at: `node pictures.mjs`.

import { openBrowser, openPage, PICTURES, signIn, SIZES } from "./browser.mjs";
import { ACCOUNTS, startFake } from "./fake.mjs";

const browser = await openBrowser();
for (const theme of ["light", "dark"]) {
  for (const size of Object.keys(SIZES)) {
    const { url, server } = await startFake(0, true);
    const page = await openPage(browser, { theme, size });
    const shoot = (name) => page.screenshot({ path: `${PICTURES}${name}-${theme}-${size}.png`, fullPage: true });
    await page.goto(`${url}/console`);
    await shoot("sign-in");
    await signIn(page, url, "ann", ACCOUNTS.ann.password);
    await page.getByRole("button", { name: "Answer", exact: true }).waitFor();
    await shoot("offer");
    await page.getByRole("button", { name: "Answer", exact: true }).click();
    await page.getByRole("button", { name: "Hold" }).waitFor();
    await page.getByLabel("Notes").fill("Wants the fleet invoice by e-mail.");
    await shoot("talking");
    await page.getByRole("button", { name: "Transfer", exact: true }).click();
    await shoot("transfer");
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("link", { name: "Wallboard" }).click();
    await page.waitForTimeout(100);
    await shoot("wallboard");
    await page.getByRole("button", { name: "Close the line…" }).click();
    await shoot("override");
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("link", { name: "Customers" }).click();
    await shoot("customers");
    if (page.wrong.length > 0) console.error(theme, size, page.wrong);
    await page.context().close();
    server.closeAllConnections();
    server.close();
  }
}
await browser.close();
console.log(`pictures in ${PICTURES}`);
