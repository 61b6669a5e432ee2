using System.CommandLine;
using System.CommandLine.Parsing;

namespace Payments.Cli.Commands.DeadLetter;

/// <summary>Filters that are passed on to the API as they are, and paging.</summary>
internal sealed class DeadLetterOptions
{
    private const int DefaultLimit = 50;
    private const int MaxPage = 200;

    private readonly List<(string Parameter, Option<string?> Option)> _filters = [];

    private readonly Option<int> _limit = new("--limit")
    {
        Description = "How many at most.",
        DefaultValueFactory = _ => DefaultLimit,
    };

    public DeadLetterOptions() => _limit.Validators.Add(result =>
    {
        // What is no number at all is the parser's to say.
        if (result.Tokens is [var token] && int.TryParse(token.Value, out var value) && value < 1)
            result.AddError("--limit must be at least 1.");
    });

    public Option<bool> Json { get; } = new("--json") { Description = "JSON on standard output, one a line." };

    /// <param name="name">Without dashes.</param>
    /// <param name="description">A sentence.</param>
    /// <param name="parameter">The API's name, where it is another.</param>
    public DeadLetterOptions Filter(string name, string description, string? parameter = null)
    {
        _filters.Add((parameter ?? name, new Option<string?>($"--{name}") { Description = description }));
        return this;
    }

    public void AddTo(Command command)
    {
        foreach (var (_, option) in _filters)
            command.Add(option);
        command.Add(_limit);
        command.Add(Json);
    }

    /// <summary>Reads pages until there are as many as are wanted. No total: the API does not count them.</summary>
    public async Task<(List<T> Items, int? Total, bool More)> Read<T>(
        ParseResult parsed, Func<IEnumerable<(string, string?)>, Task<(IReadOnlyList<T> Items, int? Total, string? Next)>> read)
    {
        var filter = _filters.Select(f => (f.Parameter, parsed.GetValue(f.Option))).ToArray();
        var limit = parsed.GetValue(_limit);
        var items = new List<T>();
        string? cursor = null;
        int? total;
        do
        {
            var size = Math.Min(limit - items.Count, MaxPage);
            (var page, total, cursor) = await read([.. filter, ("cursor", cursor), ("limit", size.ToString())]);
            items.AddRange(page);
        }
        while (cursor is not null && items.Count < limit);

        return (items, total, cursor is not null);
    }
}
