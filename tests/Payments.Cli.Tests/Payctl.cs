namespace Payments.Cli.Tests;

/// <summary>Runs a command line in this process.</summary>
internal sealed class Payctl
{
    private readonly Dictionary<string, string> _environment = [];

    public string Out { get; private set; } = "";

    public string Error { get; private set; } = "";

    public Payctl With(string variable, string value)
    {
        _environment[variable] = value;
        return this;
    }

    public async Task<int> Run(string commandLine, string input = "")
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        using var reader = new StringReader(input);
        var shell = new Shell(reader, output, error, name => _environment.GetValueOrDefault(name), TimeProvider.System);
        var exitCode = await CommandLine.Run(commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries), shell);
        Out = output.ToString();
        Error = error.ToString();
        return exitCode;
    }
}
