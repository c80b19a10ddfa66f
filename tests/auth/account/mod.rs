mod delete;
