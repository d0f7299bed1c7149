// Passkeys: hands the page's options to the browser, and posts what the key answers. Speaks to nobody but this server.
(() => {
  "use strict";

  const bytes = (word) => Uint8Array.from(atob(word.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const word = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const keys = (list) => (list || []).map((key) => ({ ...key, id: bytes(key.id) }));

  const creation = (options) => ({
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: keys(options.excludeCredentials),
  });
  const request = (options) => ({
    ...options,
    challenge: bytes(options.challenge),
    allowCredentials: keys(options.allowCredentials),
  });

  function answer(credential) {
    const said = credential.response;
    const response = { clientDataJSON: word(said.clientDataJSON) };
    for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (said[part]) response[part] = word(said[part]);
    }
    return {
      id: credential.id,
      rawId: word(credential.rawId),
      type: credential.type,
      clientExtensionResults: credential.getClientExtensionResults(),
      response,
    };
  }

  async function optionsOf(form) {
    const written = document.getElementById("passkey-options");
    if (written) return JSON.parse(written.textContent);
    const said = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!said.ok) throw new Error("no options");
    return said.json();
  }

  async function ask(form) {
    const options = await optionsOf(form);
    const credential = options.creation_options
      ? await navigator.credentials.create({ publicKey: creation(options.creation_options.publicKey) })
      : await navigator.credentials.get({ publicKey: request(options.request_options.publicKey) });
    form.elements.credential.value = JSON.stringify(answer(credential));
    form.submit();
  }

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!window.PublicKeyCredential) continue;
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      ask(form).catch(() => {
        form.querySelector("[data-passkey-failed]").hidden = false;
      });
    });
  }
})();
