// Buttons marked data-chat open the chat; a text in the mark is asked at once.
(function () {
  "use strict";
  window.segue = window.segue || function () { (window.segue.q = window.segue.q || []).push(arguments); };
  document.addEventListener("click", function (event) {
    var button = event.target instanceof Element && event.target.closest("[data-chat]");
    if (!button) return;
    event.preventDefault();
    var question = button.getAttribute("data-chat");
    if (question) window.segue("ask", question);
    else window.segue("open");
  });
})();
