// The entry of the program.
int main() { return 2; }
