using System.Buffers;

namespace Payments.Orchestrator.Requesting;

/// <summary>What a text field takes; the limits are the contracts'.</summary>
/// <param name="Shortest">Characters at least.</param>
/// <param name="Longest">Characters at most.</param>
/// <param name="Letters">The only characters allowed; null for any.</param>
/// <param name="LettersMessage">The sentence for people that says which.</param>
internal sealed record TextRule(
    int Shortest, int Longest, SearchValues<char>? Letters = null, string LettersMessage = "")
{
    public static TextRule Id { get; } = new(
        1,
        64,
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"),
        "Takes letters, digits, dot, underscore and dash.");

    public static TextRule PspName { get; } = new(
        1,
        64,
        SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789._-"),
        "Takes lower-case letters, digits, dot, underscore and dash.");

    public static TextRule Country { get; } = new(
        2, 2, SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), "Takes the two upper-case letters of ISO 3166-1.");

    public static TextRule IdempotencyKey { get; } = new(1, 255);

    public static TextRule MerchantReference { get; } = new(0, 128);

    public static TextRule Token { get; } = new(1, 2048);

    public static TextRule CustomerReference { get; } = new(1, 255);

    public static TextRule Description { get; } = new(0, 500);

    public static TextRule MetadataKey { get; } = new(0, 40);

    public static TextRule MetadataValue { get; } = new(0, 500);

    /// <summary>The rule and sentence that the text breaks; null when it breaks none.</summary>
    public (string Rule, string Message)? Breaks(string text)
    {
        if (text.Length < Shortest || text.Length > Longest)
            return (Rules.Length, LengthMessage());
        return Letters is not null && text.AsSpan().ContainsAnyExcept(Letters)
            ? (Rules.Format, LettersMessage)
            : null;
    }

    private string LengthMessage() => Shortest switch
    {
        0 => $"Takes up to {Longest} characters.",
        _ when Shortest == Longest => $"Takes {Longest} characters.",
        _ => $"Takes {Shortest} to {Longest} characters.",
    };
}
