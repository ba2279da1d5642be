using System.Text;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>SNOMED CT codes of common organs and lesions, found by what classes are usually called.</summary>
/// <remarks>
/// Codes and meanings are those of the context groups of DICOM part 16 (CID 4, 6, 7155 and 7159 among them). Names are compared in small
/// letters, without signs; "left" and "right" become the modifier of the type.
/// </remarks>
public static class DicomSegmentCodes
{
    private static readonly DicomCode Left = new("7771000", "SCT", "Left");
    private static readonly DicomCode Right = new("24028007", "SCT", "Right");
    private static readonly Dictionary<string, Entry> Entries = Parse();

    /// <summary>The category, type, side and colour of a class; null if the name is unknown.</summary>
    /// <param name="name">What users call the class, such as "liver", "Kidney_Right" or "lung nodule".</param>
    /// <returns>A segment of number 1 and the given name with its codes.</returns>
    public static DicomSegment? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var words = Words(name);
        DicomCode? side = words.Contains("left") ? Left : words.Contains("right") ? Right : null;
        if (Lookup(words) is { } whole)
        {
            return whole.ToSegment(name, null);
        }

        return Lookup([.. words.Where(word => word is not ("left" or "right"))]) is { } entry ? entry.ToSegment(name, side) : null;
    }

    private static Entry? Lookup(IReadOnlyList<string> words) => Entries.GetValueOrDefault(string.Concat(words));

    private static List<string> Words(string name)
    {
        var spaced = new StringBuilder();
        foreach (var letter in name)
        {
            spaced.Append(char.IsLetter(letter) ? char.ToLowerInvariant(letter) : ' ');
        }

        return [.. spaced.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word switch
        {
            "l" or "lt" => "left",
            "r" or "rt" => "right",
            _ => word,
        })];
    }

    private static Dictionary<string, Entry> Parse()
    {
        var entries = new Dictionary<string, Entry>(StringComparer.Ordinal);
        foreach (var line in Table.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            // Category (A anatomical structure, M morphologically altered structure, T tissue); code; meaning; colour; further names.
            var cells = line.Split('|');
            var category = cells[0] switch
            {
                "A" => DicomCode.AnatomicalStructure,
                "M" => DicomCode.MorphologicallyAlteredStructure,
                _ => DicomCode.Tissue,
            };
            var rgb = Convert.FromHexString(cells[3]);
            var entry = new Entry(category, new(cells[1], "SCT", cells[2]), DicomColor.FromRgb(rgb[0], rgb[1], rgb[2]));
            foreach (var alias in cells.Skip(4).Append(cells[2]))
            {
                entries[string.Concat(Words(alias))] = entry;
            }
        }

        return entries;
    }

    private sealed record Entry(DicomCode Category, DicomCode Type, DicomColor Color)
    {
        public DicomSegment ToSegment(string name, DicomCode? side) =>
            new(1, name.Length is > 0 and <= 64 ? name : Type.Meaning)
            {
                Category = Category,
                Type = Type,
                TypeModifier = side,
                Color = Color,
            };
    }

    private const string Table = """
        A|10200004|Liver|DD8265
        A|78961009|Spleen|9D6CA2
        A|15776009|Pancreas|F9B46F
        A|64033007|Kidney|B9663C|kidneys
        A|80891009|Heart|CE6E54
        A|39607008|Lung|C5A591|lungs
        A|12738006|Brain|FAFAE1
        A|5366008|Hippocampus|65A3E4
        A|41216001|Prostate|E6A080|prostate gland
        A|89837001|Bladder|DE9A3C|urinary bladder
        A|35039007|Uterus|FFB6C1
        A|69695003|Stomach|D8848A
        A|38848004|Duodenum|FFFDE5
        A|71854001|Colon|CCA88F
        A|14742008|Large intestine|CCA88F|large bowel
        A|30315005|Small intestine|CD9F7A|small bowel
        A|32849002|Esophagus|D3AB8F|oesophagus
        A|44567001|Trachea|B6E4FF
        A|28231008|Gallbladder|8BB36E|gall bladder
        A|23451007|Adrenal gland|F4BA96|adrenal
        A|15825003|Aorta|E06154
        A|64131007|Inferior vena cava|00A0DC|ivc|postcava
        A|48345005|Superior vena cava|0082C8|svc
        A|32764006|Portal vein|4C8CD6
        A|81040000|Pulmonary artery|3C96B4
        A|69748006|Thyroid|3EA2AA|thyroid gland
        A|2748008|Spinal cord|F4D631|myelon
        A|421060004|Spine|E2CA86|vertebral column
        A|51282000|Vertebra|FFF9AA|vertebrae
        A|71341001|Femur|FFEEAA
        A|85050009|Humerus|E8D9A0
        A|79601000|Scapula|D9C98E
        A|51299004|Clavicle|CDBE82
        A|56873002|Sternum|F4D9A6
        A|113197003|Rib|FDE8AF|ribs
        A|54735007|Sacrum|D4BC66
        A|91609006|Mandible|DECBA3
        A|89546000|Skull|F1D691
        A|272673000|Bone|F1D691|bones
        A|81745001|Eye|CCE6F0|globe
        A|18234004|Optic nerve|EAEA7E
        A|244453006|Optic chiasm|E9C840|chiasm
        A|119238007|Brain stem|A0DCC8|brainstem
        A|113305005|Cerebellum|C2C37B
        A|56329008|Pituitary|39D5B0|pituitary gland
        A|89278009|Putamen|98BD8F
        A|389080008|White matter|FAFAE1
        A|389081007|Gray matter|C8C8EB|grey matter
        T|65216001|Cerebrospinal fluid|55BCFF|csf
        A|45289007|Parotid gland|C89664|parotid
        A|54019009|Submandibular gland|D2A078
        A|76752008|Breast|FFC8B4
        A|15497006|Ovary|FF96AA
        A|40689003|Testis|E6C8A0
        A|34402009|Rectum|B9665A
        A|4596009|Larynx|B4C8E6
        A|54066008|Pharynx|B8969E
        A|21974007|Tongue|A66478
        A|87878005|Left ventricle|987CBD|lv|left ventricular cavity|lv cavity
        A|53085002|Right ventricle|B56C8C|rv|right ventricular cavity|rv cavity
        A|49848007|Myocardium of left ventricle|C8503C|myocardium|myo|lv myocardium|left ventricular myocardium
        A|82471001|Left atrium|C882A0|la
        A|73829009|Right atrium|8282C8|ra
        A|78067005|Placenta|E87878
        A|38199008|Tooth|FFFADC|teeth
        A|59441001|Lymph node|44AC64|lymph nodes
        T|71616004|Muscle|C06858|muscles
        T|39937001|Skin|B1A884
        T|256674009|Fat|E6DC46|adipose tissue
        M|52988006|Lesion|FF5050|lesions
        M|108369006|Neoplasm|90EE90|tumor|tumour|cancer|mass|liver tumor|liver tumour|lung tumor|lung tumour|pancreas tumor|kidney tumor|brain tumor|lung cancer|colon cancer
        M|79654002|Edema|8CE0E4|oedema|peritumoral edema
        M|6574001|Necrosis|D8BFD8|necrotic tumor
        M|27925004|Nodule|FFA07A|lung nodule|nodules
        M|367643001|Cyst|CDCD64|cysts
        M|50960005|Hemorrhage|A52A2A|haemorrhage|bleeding
        M|35566002|Hematoma|A03232|haematoma
        M|396339007|Thrombus|823C3C|clot
        M|44132006|Abscess|B4B450
        M|60046008|Pleural effusion|6EA0C8|effusion
        """;
}
