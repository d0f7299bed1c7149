"""The guard of open forms: what stands between a form that anybody may send and the rows it writes."""
