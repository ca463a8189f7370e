// The page's own part of the widget: who is signed in, and what this page is about.
(function () {
  "use strict";
  window.segue = window.segue || function () { (window.segue.q = window.segue.q || []).push(arguments); };
  var token = fetch("identity", { credentials: "same-origin" }).then(function (answer) {
    if (!answer.ok) throw new Error("not signed in");
    return answer.json();
  }).then(function (body) { return body.token; });
  window.segue("identify", token);
  var about = document.body.getAttribute("data-about");
  if (about) window.segue("context", JSON.parse(about));
})();
