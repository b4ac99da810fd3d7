"""What is filed and what is issued: attachments, spreadsheets read and written, official notices."""
