"""The demo's second job: courses taught together, learners, examinations, certificates."""
