// BERT
