using Payments.Contracts;

namespace Payments.Orchestrator.Requesting;

/// <summary>
/// Where in the request a value stands. Its text is published, so foreign names in it are masked and cut.
/// </summary>
internal sealed class FieldPath
{
    private const int LongestName = 64;
    private const char Replacement = '\uFFFD';

    private readonly bool _isIndex;

    private FieldPath(FieldPath? parent, string step, bool isIndex)
    {
        Parent = parent;
        Step = step;
        _isIndex = isIndex;
    }

    public static FieldPath Root { get; } = new(null, "", isIndex: false);

    public FieldPath? Parent { get; }

    /// <summary>The member's name, or the item's position.</summary>
    public string Step { get; }

    public FieldPath Member(string name) => new(this, name, isIndex: false);

    public FieldPath Item(int index) => new(this, index.ToString(), isIndex: true);

    /// <summary>For instance <c>orders[1].amount.currency</c>; empty for the whole request.</summary>
    public override string ToString() => this switch
    {
        { Parent: null } => "",
        { _isIndex: true } => $"{Parent}[{Step}]",
        { Parent.Parent: null } => Shown(Step),
        _ => $"{Parent}.{Shown(Step)}",
    };

    // Masked before it is cut: half a card number is not recognised as one.
    private static string Shown(string name)
    {
        var masked = CardNumbers.Mask(name);
        var cut = masked.Length <= LongestName ? masked : masked[..LongestName];
        return string.Create(cut.Length, cut, static (shown, text) =>
        {
            for (var i = 0; i < text.Length; i++)
                shown[i] = char.IsControl(text[i]) || char.IsSurrogate(text[i]) ? Replacement : text[i];
        });
    }
}
